# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by flatpak/build.sh: a runtime made of Debian packages, to build, install and start the Flatpak where the GNOME
# runtime cannot be had. What it proves: the manifest, the build in the sandbox, the permissions, the exported files. What
# it does not: that the application builds against the GNOME runtime of the manifest.

. tests/debian-root.sh

offline_runtime=org.busbar.DebianPlatform

# flatpak_for_here RELEASE: the bundle build/busbar-offline.flatpak, installed into build/flatpak-offline, started once.
flatpak_for_here() {
  local release=$1 dir=$PWD/build/flatpak-offline roots=${BUSBAR_ROOTS:-build/roots}
  mkdir -p "$roots" "$dir"
  # without jansson: the manifest's own module has to do
  make_root "$release" "$(realpath "$roots")/flatpak-$release" $(printf '%s\n' "${packages_build[@]}" | grep -v jansson) cmake appstream-compose
  export FLATPAK_USER_DIR=$dir/user
  if ! as_root cmp -s "$(realpath "$roots")/flatpak-$release/root/.packages" "$dir/runtime-packages"; then
    make_runtime "$(realpath "$roots")/flatpak-$release" "$release" "$dir"
    as_root cat "$(realpath "$roots")/flatpak-$release/root/.packages" >"$dir/runtime-packages"
  fi
  flatpak_remote busbar-runtime "$dir/runtime-repo"
  flatpak install --user --noninteractive --or-update busbar-runtime "$offline_runtime//$release"

  offline_manifest "$release" >"flatpak/.offline.yml"
  flatpak_make flatpak/.offline.yml "$dir" --user
  rm flatpak/.offline.yml
  flatpak build-bundle "$dir/repo" build/busbar-offline.flatpak "$flatpak_id" master
  flatpak install --user --noninteractive --reinstall build/busbar-offline.flatpak
  flatpak_try "$dir"
}

# The product's own manifest with nothing but the runtime's name changed.
offline_manifest() {
  sed -e "s/^runtime: .*/runtime: $offline_runtime/" -e "s/^sdk: .*/sdk: $offline_runtime/" \
    -e "s/^runtime-version: .*/runtime-version: $1/" "$flatpak_manifest"
}

flatpak_remote() {
  flatpak remote-add --user --if-not-exists --no-gpg-verify "$1" "$2"
}

# make_runtime ROOT RELEASE DIR: hard links of the root's usr, with its etc, become the runtime.
make_runtime() {
  local root=$1 release=$2 dir=$3/runtime arch
  arch=$(flatpak --default-arch)
  as_root rm -rf "$dir"
  as_root mkdir -p "$dir/files" "$dir/var" "$dir/usr"
  as_root cp -al "$root/usr/." "$dir/usr/" 2>/dev/null || as_root cp -a "$root/usr/." "$dir/usr/"
  as_root cp -a "$root/etc" "$dir/usr/etc"
  echo /app/lib | as_root tee "$dir/usr/etc/ld.so.conf.d/app.conf" >/dev/null
  # flatpak-builder before 1.4 calls appstream-compose, which newer AppStream no longer has
  if [ ! -e "$dir/usr/bin/appstream-compose" ]; then
    as_root tee "$dir/usr/bin/appstream-compose" >/dev/null <<'END'
#!/bin/sh
for id; do :; done
# that flatpak-builder has moved the metainfo to the place of AppStream 0.x
mkdir -p /app/share/metainfo
cp "/app/share/appdata/$id.appdata.xml" "/app/share/metainfo/$id.metainfo.xml"
exec appstreamcli compose --no-net --prefix=/ --origin="$id" --components="$id" --result-root=/app \
  --data-dir=/app/share/app-info/xmls --icons-dir=/app/share/app-info/icons/flatpak /app
END
    as_root chmod 755 "$dir/usr/bin/appstream-compose"
  fi
  printf '[Runtime]\nname=%s\nruntime=%s/%s/%s\nsdk=%s/%s/%s\n' "$offline_runtime" \
    "$offline_runtime" "$arch" "$release" "$offline_runtime" "$arch" "$release" | as_root tee "$dir/metadata" >/dev/null
  # files that only root may read have no place in a runtime
  as_root chmod -R u+rX,go+rX "$dir/usr/etc"
  as_root chown -R "$(id -u):$(id -g)" "$dir/usr/etc"
  flatpak build-export --runtime --files=usr "$3/runtime-repo" "$dir" "$release"
  as_root rm -rf "$dir"
}

# flatpak_try DIR: starts what was installed, as its user would, on an X server and a session bus of its own, in a home of
# its own: the demo site, then a site file of the host's through the document portal. Leaves pictures in DIR.
flatpak_try() {
  local dir=$1 display server
  # the portals: the second picture opens a file through them
  command -v Xvfb >/dev/null && command -v import >/dev/null || deps
  [ -x /usr/libexec/xdg-document-portal ] || apt_install xdg-desktop-portal fuse3
  rm -rf "$dir/home" "$dir"/*.png "$dir/display"
  mkdir -p "$dir/home/sites"
  cp data/samples/garage-12.busbar "$dir/home/sites/"
  mkfifo "$dir/display"
  Xvfb -displayfd 3 -screen 0 1280x800x24 -nolisten tcp -noreset 3>"$dir/display" 2>"$dir/xvfb.log" &
  server=$!
  read -r -t 60 display <"$dir/display" || die "Xvfb did not start: see $dir/xvfb.log"
  rm "$dir/display"
  env -u WAYLAND_DISPLAY -u DBUS_SESSION_BUS_ADDRESS DISPLAY=":$display" HOME="$dir/home" \
    XDG_DATA_HOME="$dir/home/.local/share" GSK_RENDERER=cairo \
    unshare $([ "$(id -u)" = 0 ] || echo --user --map-root-user) --mount \
    bash flatpak/try.sh "$flatpak_id" "$dir" "$dir/home/sites/garage-12.busbar" || true
  kill $server
  ls "$dir"/*.png
}
