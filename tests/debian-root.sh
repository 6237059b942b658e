# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by scripts: a folder with a small Debian system, to build, test and package in.
# Needs debootstrap and root; `as_root` and `apt_install` come from the caller (./dev).

# The mirror that this machine installs from; BUSBAR_MIRROR overrides it, deb.debian.org is the default.
debian_mirror() {
  local found=
  if [ -z "${BUSBAR_MIRROR:-}" ] && command -v apt-get >/dev/null; then
    found=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' |
      grep -m 1 '^http') || true
  fi
  echo "${BUSBAR_MIRROR:-${found:-http://deb.debian.org/debian}}"
}

# in_root DIR COMMAND…: runs COMMAND in the root, with mounts and processes that end with it.
in_root() {
  as_root unshare --mount --pid --fork --kill-child bash -euc '
    mount --make-rprivate /
    mount -t proc proc "$1/proc"
    mount --rbind /dev "$1/dev"
    mount -t tmpfs tmpfs "$1/dev/shm"
    root=$1; shift
    exec chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 \
      DEBIAN_FRONTEND=noninteractive "$@"' bash "$@"
}

# make_root RELEASE DIR PACKAGE…: a root of that release with those packages in DIR, unless it is there already.
make_root() {
  local release=$1 dir=$2
  shift 2
  [ "$(cat "$dir/root/.packages" 2>/dev/null)" = "$*" ] && return
  command -v debootstrap >/dev/null || apt_install debootstrap
  if [ ! -f "$dir/usr/bin/apt-get" ] || [ -d "$dir/debootstrap" ]; then
    rm -rf "$dir"
    mkdir -p "$dir"
    echo "Fetching Debian $release into $dir"
    as_root debootstrap --variant=minbase "$release" "$dir" "$(debian_mirror)" >"$dir.log" 2>&1 ||
      { tail -n 5 "$dir.log" >&2; die "no Debian $release root was made. It needs a package mirror: set BUSBAR_MIRROR to one that you reach"; }
  fi
  echo "Installing packages into $dir"
  # no service may start in there
  printf '#!/bin/sh\nexit 101\n' | as_root tee "$dir/usr/sbin/policy-rc.d" >/dev/null
  as_root chmod 755 "$dir/usr/sbin/policy-rc.d"
  as_root cp /etc/resolv.conf "$dir/etc/resolv.conf"
  { in_root "$dir" apt-get update -q && in_root "$dir" apt-get install -y -q --no-install-recommends "$@"; } \
    >>"$dir.log" 2>&1 || { tail -n 20 "$dir.log" >&2; die "packages were not installed in $dir: see $dir.log"; }
  echo "$*" | as_root tee "$dir/root/.packages" >/dev/null
}
