#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A lower file is open for reading when it is opened for writing. What is
# written lands in the upper and never in the lower; and the one who reads
# sees it, as whoever follows a log expects.
. "$(dirname "$0")/../lib.sh"
requires_root

mkdir -p "$T/lower/dir"
printf 'lower bytes\n' >"$T/lower/dir/log"
head -c 200000 /dev/zero | tr '\0' z >"$T/lower/big"
cp "$T/lower/big" "$T/big.before"
ok "mount" mount_overlay "$T/lower" "$T/upper" "$T/work"

steps='open 0 dir/log r
	pread 0 0 100
	open 1 dir/log rw
	pwrite 1 0 UPPER
	pread 1 0 100
	fsync 1'
said=$(printf '%s\n' "$steps" 'close 1' | sys "$MNT")
like "$said" "^pread 1 0 100 => 0 'UPPER bytes" "the writer reads its bytes"
is "$(cat "$T/lower/dir/log")" "lower bytes" "the lower file is untouched"
is "$(cat "$T/upper/dir/log")" "UPPER bytes" "the upper has the bytes"
is "$(cat "$MNT/dir/log")" "UPPER bytes" "the mount shows them"

said=$(sys "$MNT" <<-'END'
	open 0 big r
	map 0 0 ro 4096
	pread 0 0 5
	open 1 big rw
	pwrite 1 0 HELLO
	pread 0 0 5
	mread 0 0 5
	pwrite 1 200000 tail
	pread 0 200000 4
	fstat 0
	ftruncate 1 3
	pread 0 0 5
	END
)
like "$said" "^pread 0 0 5 => 0 'HELLO'" "the old reader sees the new bytes"
like "$said" "^pread 0 200000 4 => 0 'tail'" \
	"the old reader sees what is appended"
like "$said" "^fstat 0 => .* size=200004 " "and the new size"
like "$said" "^pread 0 0 5 => 0 'HEL'" "and the truncation"
if is_oracle || [ "$ENGINE" = bpf ]; then
	skip "the old mapping too" "a mapping in the kernel stays with the lower"
else
	like "$said" "^mread 0 0 5 => 0 'HELLO'" "the old mapping too"
fi
ok "the lower file is untouched" cmp "$T/lower/big" "$T/big.before"

# tail -f, as it is used. It holds the file by a descriptor of its own.
printf 'first\n' >"$T/lower/follow.src"
ok "umount" umount_overlay
mkdir -p "$T/lower2"
printf 'first\n' >"$T/lower2/follow"
ok "mount again" mount_overlay "$T/lower2" "$T/upper2" "$T/work2"
tail -n +1 -s 0.1 -f "$MNT/follow" >"$T/followed" 2>&1 &
tail_pid=$!
cleanup_fn kill "$tail_pid"
sleep 0.5
echo second >>"$MNT/follow"
echo third >>"$MNT/follow"
for ((i = 0; i < 30; i++)); do
	grep -q third "$T/followed" && break
	sleep 0.1
done
kill "$tail_pid"
wait "$tail_pid" 2>/dev/null
is "$(tr '\n' ' ' <"$T/followed")" "first second third " \
	"tail -f follows a lower file"
is "$(cat "$T/lower2/follow")" "first" "the followed lower is untouched"

# Many readers and writers in any order, each byte in the upper alone.
mkdir "$T/lower3"
for i in 1 2 3 4 5 6 7 8; do echo "old $i" >"$T/lower3/f$i"; done
tree_of "$T/lower3" raw >"$T/lower3.before"
umount_overlay
ok "mount a third" mount_overlay "$T/lower3" "$T/upper3" "$T/work3"
for i in 1 2 3 4 5 6 7 8; do
	# shellcheck disable=SC2094 # that is the point
	(
		exec 3<"$MNT/f$i" 4<>"$MNT/f$i" 5<"$MNT/f$i"
		read -r _ <&3
		echo "new $i" >&4
		exec 6<>"$MNT/f$i"
		echo "NEW $i" >&6
		cat <&5
	) >"$T/out$i" &
	eval "pid$i=$!"
done
for i in 1 2 3 4 5 6 7 8; do
	eval "wait \$pid$i"
done
tree_of "$T/lower3" raw >"$T/lower3.after"
ok "parallel writers leave the lower alone" \
	cmp "$T/lower3.before" "$T/lower3.after"
is "$(cat "$MNT"/f? | tr '\n' ' ')" \
	"NEW 1 NEW 2 NEW 3 NEW 4 NEW 5 NEW 6 NEW 7 NEW 8 " \
	"each wrote its own"
done_testing
