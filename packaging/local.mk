# SPDX-License-Identifier: GPL-2.0-or-later
# make deb: Debian packages in deb/, built from the tarball. A libfuse other
# than the system's is linked into them, and the build dependency on the
# system's is not asked for.

EXTRA_DIST += $(packaging_files)

.PHONY: deb
deb: dist
	rm -rf deb
	$(MKDIR_P) deb
	tar -C deb -xf $(distdir).tar.xz
	cp -R $(top_srcdir)/packaging/debian deb/$(distdir)/debian
	cd deb/$(distdir) && FO_CONFIGURE="$(LIBFUSE_FLAG)" \
		dpkg-buildpackage -b -us -uc $(if $(LIBFUSE_FLAG),-d)
	ls deb/*.deb

clean-local: clean-module
	rm -rf deb
