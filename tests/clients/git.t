#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A repository of a lower layer: its index trusts inode numbers, times and
# sizes, so that whatever of them changes by itself shows as a change.
. "$(dirname "$0")/../lib.sh"
requires_root
requires "git" command -v git

export HOME=$T GIT_CONFIG_NOSYSTEM=1
git config --global user.name Test
git config --global user.email test@example.org
git config --global init.defaultBranch main
git config --global safe.directory '*'
git config --global core.checkStat default
mkdir -p "$T/l/repo"
cd "$T/l/repo" || exit
git init -q
for d in $(seq 20); do
	mkdir -p "d$d/sub"
	for f in $(seq 10); do echo "$d $f" >"d$d/sub/f$f"; done
done
ln -s d1 link
git add -A && git commit -qm base
git gc -q
cd /
before=$(tree_of "$T/l")

ok "mount" mount_overlay "$T/l" "$T/u" "$T/w"
cd "$MNT/repo" || exit
git update-index -q --refresh
is "$(git status --porcelain)" "" "a repository of a lower is clean"
echo more >>d1/sub/f1
is "$(git status --porcelain)" " M d1/sub/f1" "one change is one change"
git commit -qam change
ok "gc" git gc -q
git checkout -qb branch
git mv d2 moved
git rm -qr d3
git commit -qam moved
is "$(git status --porcelain)" "" "clean after renames of directories"
git checkout -q main
is "$(ls -d d2 d3 moved 2>/dev/null | tr '\n' ' ')" "d2 d3 " \
	"a checkout brings removed directories back"
is "$(find d3 -type f | wc -l)" 10 "with their files"
git merge -q branch
ok "fsck" git fsck --strict
git stash -q 2>/dev/null
git reset -q --hard HEAD~1
is "$(git status --porcelain)" "" "clean after a hard reset"
git worktree add -q ../tree branch
is "$(find ../tree/moved -type f | wc -l)" 10 "a worktree"
ok "a clone by hard links" git clone -q . ../clone
ok "and its fsck" git -C ../clone fsck
# What numbers does the index have? All must be as before after this.
cd /
ok "remount" remount "$T/l" "$T/u" "$T/w"
cd "$MNT/repo" || exit
cp .git/index "$T/index"
is "$(git diff-files --name-only)" "" \
	"after a remount no stat differs from the index"
is "$(git status --porcelain)" "" "and status is clean"
cd /
umount_overlay
is "$(tree_of "$T/l")" "$before" "the lower is untouched"
done_testing
