#!/usr/bin/env bash
# Makes a Debian package of what `make install` installs, for the release it runs on. Usage: deb.sh OUTPUT-DIRECTORY
#
# The same sources give the same package: every date in it is SOURCE_DATE_EPOCH. Its maintainer is who makes it, as
# DEBFULLNAME and DEBEMAIL or git say.
set -euo pipefail
umask 022
cd "$(dirname "$0")/.."
: "${SOURCE_DATE_EPOCH:?is set by make deb}"
mkdir -p "$1"
output=$(realpath "$1")
name=${DEBFULLNAME:-$(git config user.name || echo "Viewfinder authors")}
email=${DEBEMAIL:-$(git config user.email || echo "$(id -un)@$(hostname -f)")}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/debian/viewfinder
${MAKE:-make} --no-print-directory install DESTDIR="$root" PREFIX=/usr
program=$root/usr/bin/viewfinder
version=$("$program" --version)
strip --remove-section=.comment --remove-section=.note "$program"
# Debian's zsh does not look for packages' completions in site-functions.
mkdir -p "$root/usr/share/zsh/vendor-completions"
mv "$root/usr/share/zsh/site-functions/_viewfinder" "$root/usr/share/zsh/vendor-completions"
rmdir "$root/usr/share/zsh/site-functions"
# What is sourced is no program.
sed -i '1{/^#!/d}' "$root/usr/share/bash-completion/completions/viewfinder"

# Documents; the longer ones compressed, as Debian wants it.
documents=$root/usr/share/doc/viewfinder
install -Dm644 -t "$documents" packaging/debian/copyright
install -m644 README.md NOTICE docs/*.md "$documents"
install -m644 CHANGELOG.md "$documents/changelog"
packaging/licences.sh .build-install/checkouts > "$documents/third-party-licences"
cat > "$work/debian/changelog" <<END
viewfinder ($version-1) $(. /etc/os-release && echo "$VERSION_CODENAME"); urgency=medium

  * Made by packaging/deb.sh. What is new is in changelog.gz.

 -- $name <$email>  $(date --utc --rfc-email --date="@$SOURCE_DATE_EPOCH")
END
install -m644 "$work/debian/changelog" "$documents/changelog.Debian"
find "$documents" "$root/usr/share/man" -type f ! -name copyright -exec gzip -n9 {} +
install -Dm644 packaging/debian/lintian-overrides "$root/usr/share/lintian/overrides/viewfinder"

# Control files. What libraries the program needs is read from the program.
mkdir "$root/DEBIAN"
maintainer="$name <$email>"
awk -v maintainer="$maintainer" '{ sub(/@MAINTAINER@/, maintainer); print }' packaging/debian/control > "$work/debian/control"
(
  cd "$work"
  dpkg-shlibdeps -Tdebian/substvars -e"$program"
  dpkg-gencontrol -Tdebian/substvars -Pdebian/viewfinder
)
(cd "$root" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum > DEBIAN/md5sums)
find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
rm -f "$output"/viewfinder_*.deb
dpkg-deb --root-owner-group -Zxz --build "$root" "$output"
