# SPDX-License-Identifier: GPL-2.0-or-later

dist_man1_MANS = $(manual_pages)
dist_doc_DATA = $(doc_shipped)
bashcompletion_DATA = $(completion_files)
