#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Names of 255 bytes, paths near PATH_MAX and beyond, and odd bytes.
. "$(dirname "$0")/../lib.sh"
requires_root

n255=$(printf 'n%.0s' $(seq 255))
n256=${n255}n
layers() {
	mkdir -p "lower2/$n255/$n255" lower1
	echo deep >"lower2/$n255/$n255/f"
	echo low >"lower2/${n255/n/x}"
	echo y >"lower2/${n255/n/y}"
	"$FO_SYS" deep lower2 30 >/dev/null
	printf x >"lower2/$(printf 'new\nline')"
	printf x >"lower2/$(printf '\x01\x7f\xff')"
	printf x >"lower2/ "
	printf x >'lower2/a,b:c\d"e'
	mkdir "lower2/-rf" 'lower2/%s%n'
}
steps() {
	cat "$n255/$n255/f"
	echo more >>"$n255/$n255/f"
	rm "${n255/n/x}"
	mv "${n255/n/y}" "${n255/n/z}"
	mkdir "${n255/n/x}" && ls | wc -c
	printf '%s\n' "mkdir $n256" "put $n256 x" "lstat $n256" \
		"rename ${n255/n/z} $n256" "symlink t $n256" \
		"link ${n255/n/z} $n256" "unlink $n256" "mkdir $n255" \
		"lstat ${n255/n/q}" "put ${n255/n/q} new" \
		"setxattr . user.$n255 x" "setxattr . user.${n255:5} x" \
		"getxattr . user.${n255:5}" "getxattr . user.$n256" \
		"symlink @4095:1 l4095" "symlink @4096:1 l4096" \
		"lstat ${n255}/${n255}/../${n255}/f" | sys
	"$FO_SYS" deep . 30
	"$FO_SYS" deep "$n255" 25
	cat "$(printf 'new\nline')" "$(printf '\x01\x7f\xff')" ' ' 'a,b:c\d"e'
	mv -- -rf "$(printf 'with\nnew line')"
	mv '%s%n' '%s%d'
	rm "$(printf 'new\nline')" ' ' 'a,b:c\d"e'
	echo again >"$(printf 'new\nline')"
	rm -r "$n255"
	ls -Q
}
in_both long-names layers steps
said long-names "^mkdir n*n => ENAMETOOLONG" "256 bytes are too many"
said long-names "^30 levels" "a path of 6,000 bytes, step by step"

# A layer whose own path is long, and has what options are made of.
odd="$T/a b,c:d\\e\"f"
mkdir -p "$odd/l/$n255" "$odd/u" "$odd/w"
echo odd >"$odd/l/$n255/f"
escape() { printf '%s' "$1" | sed 's/[\\:,]/\\&/g'; }
if is_oracle; then
	skip "a path with commas and colons" "mount(8) splits at commas"
else
	ok "mount of a path with commas and colons" "$FUSE_OVERLAY" -o \
		"engine=$ENGINE,lowerdir=$(escape "$odd/l"),upperdir=$(escape "$odd/u"),workdir=$(escape "$odd/w")" \
		"$MNT"
	is "$(cat "$MNT/$n255/f")" odd "its files are read"
	ok "and written" touch "$MNT/$n255/g"
	ok "in its upper" test -e "$odd/u/$n255/g"
fi
umount "$MNT" 2>/dev/null
ok "plain directories again" mount_overlay "$T/long-names/ours/lower2" \
	"$T/u" "$T/w"
done_testing
