# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What people do with buildah, each step checked: sourced by buildah-*.t,
# which say who runs it.

ct_setup
ct_import
mkdir -p "$CT/home/context/tree/deep"
echo added >"$CT/home/context/tree/deep/file"
echo 'not me' >"$CT/home/context/removed"
cat >"$CT/home/context/Containerfile" <<'END'
FROM base:1
RUN mkdir /one && echo 1 >/one/a && echo 1 >/one/b
RUN rm /one/a && echo 2 >/one/b && mv /one /two
COPY tree /tree
RUN chown -R 5:6 /tree && rm -rf /usr/share/doc/base-files
RUN mkdir -p /usr/share/doc/base-files && echo again >/usr/share/doc/base-files/x
END
[ -z "$CT_USER" ] || chown -R "$CT_USER" "$CT/home"

ok "bud with several layers" \
	buildah bud --layers -q -t bud:1 "$CT/home/context"
said=$(run_in bud:1 'ls /two; cat /two/b /tree/deep/file
	stat -c %u:%g /tree/deep; ls /usr/share/doc/base-files
	test ! -e /one && echo gone')
is "$(echo "$said" | tr '\n' ' ')" "b 2 added 5:6 x gone " \
	"the image has what the layers say"

# By hand, as scripts do. A user mounts in a namespace of his own.
cat >"$CT/home/steps" <<'END'
set -eu
c=$(buildah from base:1)
m=$(buildah mount "$c")
echo direct >"$m/direct"
mkdir "$m/etc/made"
rm -r "$m/usr/share/doc/make"
mv "$m/usr/share/common-licenses" "$m/usr/share/moved"
buildah copy -q "$c" "$HOME/context/tree" /copied
buildah add -q "$c" "$HOME/context/removed" /added
buildah run "$c" -- rm /added
buildah config --label made=here "$c"
buildah umount "$c" >/dev/null
buildah commit -q "$c" hand:1
buildah rm "$c" >/dev/null
c=$(buildah from scratch)
m=$(buildah mount "$c")
echo tiny >"$m/tiny"
buildah commit -q "$c" scratch:1
buildah rm "$c" >/dev/null
END
chmod 755 "$CT/home/steps"
if [ -n "$CT_USER" ]; then
	ok "from, mount, copy, add, run, commit" \
		buildah unshare sh "$CT/home/steps"
else
	ok "from, mount, copy, add, run, commit" ct sh "$CT/home/steps"
fi
said=$(run_in hand:1 'cat /direct /copied/deep/file; test -d /etc/made
	test ! -e /added; test ! -e /usr/share/doc/make
	test ! -e /usr/share/common-licenses; test -s /usr/share/moved/GPL-2
	echo all')
is "$(echo "$said" | tr '\n' ' ')" "direct added all " \
	"the image has what was done by hand"
like "$(buildah inspect --type image scratch:1)" 'scratch:1' \
	"an image from scratch"

# An overlay on a directory of the host, whose changes are thrown away.
mkdir -p "$CT/home/volume" && echo kept >"$CT/home/volume/file"
[ -z "$CT_USER" ] || chown -R "$CT_USER" "$CT/home/volume"
said=$(podman run --rm -v "$CT/home/volume:/vol:O" base:1 sh -ec \
	'echo changed >/vol/file; echo new >/vol/new; cat /vol/file; ls /vol')
is "$(echo "$said" | tr '\n' ' ')" "changed file new " "a volume of :O"
is "$(cat "$CT/home/volume/file"; ls "$CT/home/volume")" "kept
file" "leaves the host's directory alone"

ok "remove all containers" buildah rm -a
ct_nothing_left
