#!/usr/bin/env bash
# Makes the archives of a release: the program for machines like this one, and the sources of the last commit, each with its
# SHA-256. Usage: dist.sh OUTPUT-DIRECTORY
set -euo pipefail
umask 022
cd "$(dirname "$0")/.."
: "${SOURCE_DATE_EPOCH:?is set by make dist}"
mkdir -p "$1"
output=$(realpath "$1")

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
${MAKE:-make} --no-print-directory install DESTDIR="$work/tree" PREFIX=
version=$("$work/tree/bin/viewfinder" --version)
machine=$(uname -m)
name=viewfinder-$version-linux-$machine
mv "$work/tree" "$work/$name"
tree=$work/$name
strip --remove-section=.comment --remove-section=.note "$tree/bin/viewfinder"
install -m644 README.md LICENSE NOTICE CHANGELOG.md "$tree"
sed -e "s/@VERSION@/$version/" -e "s/@MACHINE@/$machine/" packaging/INSTALL > "$tree/INSTALL"
mkdir -p "$tree/docs/images" "$tree/share/doc/viewfinder"
install -m644 docs/*.md "$tree/docs"
install -m644 docs/images/*.jpg "$tree/docs/images"
install -m644 packaging/debian/copyright "$tree/share/doc/viewfinder"
packaging/licences.sh .build-install/checkouts > "$tree/share/doc/viewfinder/third-party-licences"

# It must run from anywhere, with its own model.
env -u VIEWFINDER_MODELS "$tree/bin/viewfinder" doctor

# Fixed order, owners and times: the same sources give the same archive.
tar --create --directory "$work" --format=gnu --sort=name --owner=0 --group=0 --numeric-owner \
  --mtime="@$SOURCE_DATE_EPOCH" "$name" | gzip -n9 > "$output/$name.tar.gz"
archives=("$name.tar.gz")
if git rev-parse --verify --quiet HEAD > /dev/null; then
  git archive --format=tar --prefix="viewfinder-$version/" HEAD | gzip -n9 > "$output/viewfinder-$version.tar.gz"
  archives+=("viewfinder-$version.tar.gz")
else
  echo "no commit to make the archive of the sources from"
fi
cd "$output"
for archive in "${archives[@]}"; do
  sha256sum "$archive" > "$archive.sha256"
  cat "$archive.sha256"
done
