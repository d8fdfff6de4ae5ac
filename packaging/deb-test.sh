#!/usr/bin/env bash
# Installs the package in a fresh Debian, uses it there, removes it, and looks for what it has left behind. Needs root.
# Usage: deb-test.sh PACKAGE.deb PHOTOGRAPHS
#
# Debian comes from where this machine's apt has it, or from MIRROR. All mounts and processes belong to namespaces of their own
# and end with this script, whatever happens.
set -euo pipefail
umask 022

# The mirror of the release that runs here, and lines for sources.list: those of its suites.
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
sources() {
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    awk -v suite="$suite" '$3 == "main" && ($2 == suite || index($2, suite "-") == 1) && !seen[$1, $2]++ { print "deb", $1, $2, "main" }'
}

if [ "${1:-}" != --inside ]; then
  package=$(realpath "$1")
  photographs=$(realpath "$2")
  mirror=${MIRROR:-$(sources | awk -v suite="$suite" '$3 == suite { print $2; exit }')}
  [ -n "$mirror" ] || { echo "apt has no mirror of $suite: say MIRROR=URL"; exit 1; }
  root=$(mktemp -d)
  chmod 755 "$root"
  # The namespaces are gone by then, and with them every mount below.
  trap 'rm -rf --one-file-system "$root"' EXIT
  echo "== $suite from $mirror"
  unshare --mount debootstrap --variant=minbase --include=ca-certificates "$suite" "$root" "$mirror" > "$root.log" ||
    { tail -20 "$root.log"; exit 1; }
  rm "$root.log"
  if [ -n "${MIRROR:-}" ]; then echo "deb $MIRROR $suite main"; else sources; fi > "$root/etc/apt/sources.list"
  # The way to the mirrors is that of this machine.
  apt-config dump | grep -E '^Acquire::(https?::.*Proxy|Check-|Retries)' > "$root/etc/apt/apt.conf.d/90host" || true
  mkdir "$root/trial"
  cp "$package" "$root/trial/viewfinder.deb"
  cp -r "$photographs" "$root/trial/photos"
  install -m755 "$0" "$root/trial/deb-test.sh"
  unshare --mount --pid --fork --kill-child bash -c \
    'mount -t proc proc "$0/proc" && mount -t devpts devpts "$0/dev/pts" && exec chroot "$0" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
      DEBIAN_FRONTEND=noninteractive ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
      /trial/deb-test.sh --inside' "$root"
  echo "== lintian"
  lintian --fail-on error --tag-display-limit 0 "$package"
  echo "the package is sound"
  exit
fi

# From here on: the fresh system.
fail() { echo "FAILED: $*"; exit 1; }
cd /trial
apt-get update -q -q
# What a page and a completion need to be seen; not what the program needs.
apt-get install -y -q -q --no-install-recommends man-db bash-completion zsh fish > /dev/null

echo "== install"
apt-get install -y -q -q --no-install-recommends ./viewfinder.deb > install.log 2>&1 || { tail -20 install.log; fail "apt"; }
dpkg --verify viewfinder || fail "files are not those of the package"

# Not as root, and from a directory that it cannot write to.
user() { (cd / && setpriv --reuid=65534 --regid=65534 --clear-groups "$@"); }
echo "== doctor"
user viewfinder doctor | tee doctor.log
grep -qx 'all is well' doctor.log || fail "doctor"
grep -q ' /usr/share/viewfinder/models/' doctor.log || fail "the model is not that of the package"

echo "== crop"
install -d -o 65534 -g 65534 out
user viewfinder crop /trial/photos --output /trial/out/crops --aspect 4:5 --longest 300 --progress none
records=$(wc -l < out/crops/manifest.jsonl)
sound=$(grep -c '"status":"ok"' out/crops/manifest.jsonl)
files=$(find out/crops -name '*.jpg' | wc -l)
[ "$records" -ge 10 ] && [ "$sound" = "$((records - 1))" ] && [ "$files" = "$sound" ] ||
  fail "$records records, $sound of them ok, $files crops; one of the photographs is broken on purpose"
user viewfinder run /usr/share/viewfinder/pipelines/thumbnails.yaml /trial/photos --output /trial/out/run --progress none --quiet

echo "== manual"
for page in viewfinder viewfinder-crop "5 viewfinder-pipeline"; do
  man --warnings $page > page.log 2> warnings.log || fail "man $page"
  [ ! -s warnings.log ] || { cat warnings.log; fail "man $page warns"; }
  grep -q '^SEE ALSO' page.log || fail "man $page is not whole"
done
whatis viewfinder-crop
for command in $(viewfinder --help | awk '/SUBCOMMANDS:$/ { inside = 1 } inside && /^  [a-z]/ { print $1 }'); do
  man --where "viewfinder-$command" > /dev/null || fail "no page viewfinder-$command"
done

echo "== completion"
bash -c '
  . /usr/share/bash-completion/bash_completion
  _completion_loader viewfinder
  COMP_WORDS=(viewfinder cr) COMP_CWORD=1 COMP_LINE="viewfinder cr" COMP_POINT=13
  completion=$(complete -p viewfinder); completion=${completion#*-F }
  "${completion%% *}" viewfinder cr viewfinder
  echo "${COMPREPLY[@]}"' > bash.log
[ "$(xargs < bash.log)" = crop ] || { cat bash.log; fail "bash completes viewfinder cr otherwise"; }
zsh -fc 'autoload -U compinit && compinit -D && echo $_comps[viewfinder] && autoload +X _viewfinder' > zsh.log
[ "$(head -1 zsh.log)" = _viewfinder ] || { cat zsh.log; fail "zsh has no completion"; }
fish -c 'complete -C "viewfinder cr"' > fish.log
[ "$(cut -f1 fish.log)" = crop ] || { cat fish.log; fail "fish completes viewfinder cr otherwise"; }

echo "== removal"
dpkg -L viewfinder > files.log
apt-get purge -y -q -q viewfinder > /dev/null
while read -r file; do [ -d "$file" ] || [ ! -e "$file" ] || fail "$file is left"; done < files.log
# Pages that were read stay in the cache of man, which clears it by itself.
left=$(find / -xdev -iname '*viewfinder*' -not -path '/trial/*' -not -path '/var/cache/man/*')
[ -z "$left" ] || fail "left behind: $left"
