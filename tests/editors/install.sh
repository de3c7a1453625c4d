#!/bin/bash
# Installs editors for the tests in this folder.  With apt-get and as root: Debian's own Emacs (with eglot), Vim (with ALE),
# tmux and a C compiler for the tree-sitter parser.  Then, into a cache folder outside the repository and whatever Debian this is,
# those of Debian 13: Emacs 30, Helix, Kakoune and tree-sitter-cli.  They bring their own libraries and are run by their own loader,
# so nothing of the machine changes.  Does nothing when all is there.  (No registry has kak-lsp; npm's tree-sitter-cli fetches a
# program from elsewhere, which not every network allows.)
# The last line of its output is the folder; its bin/ holds emacs30, hx, kak, tree-sitter.
set -euo pipefail

cache=${NNEF_LSP_EDITORS_CACHE:-$HOME/.cache/nnef-lsp-editors}
mirror=${NNEF_LSP_DEBIAN_MIRROR:-http://deb.debian.org/debian}
own=(emacs-nox elpa-eglot vim vim-ale tmux gcc libc6-dev)
newer=(emacs-nox hx kakoune tree-sitter-cli)
stamp="debian 13, 1: ${newer[*]}"

fail() { echo "tests/editors/install.sh: $1" >&2; exit 1; }
# step SECONDS WHAT COMMAND...: its output is shown only when it fails.
step() {
  local limit=$1 what=$2 begin=$SECONDS; shift 2
  timeout "$limit" "$@" >"$cache/$what.log" 2>&1 || { tail -30 "$cache/$what.log" >&2; fail "$what failed or took more than $limit s (all of it: $cache/$what.log)"; }
  echo "installed $what in $((SECONDS - begin)) s" >&2
}
command -v apt-get >/dev/null || fail "there is no apt-get; install Emacs, Vim with ALE, Helix or Kakoune yourself, the tests use what they find"

mkdir -p "$cache/bin"
if ! dpkg -s "${own[@]}" >/dev/null 2>&1; then
  [ "$(id -u)" = 0 ] || fail "apt-get needs root; install ${own[*]} yourself"
  step 240 apt-update apt-get update
  step 600 apt-packages env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${own[@]}"
fi

if [ "$(cat "$cache/stamp" 2>/dev/null)" != "$stamp" ]; then
  case $(dpkg --print-architecture) in
    amd64) triple=x86_64-linux-gnu; loader=lib64/ld-linux-x86-64.so.2 ;;
    arm64) triple=aarch64-linux-gnu; loader=lib/ld-linux-aarch64.so.1 ;;
    *) fail "Debian 13's editors are fetched for amd64 and arm64 only" ;;
  esac
  rm -rf "$cache/apt" "$cache/debian13"
  mkdir -p "$cache"/apt/{state/lists/partial,cache/archives/partial} "$cache/debian13/usr"/{bin,sbin,lib,lib64}
  for folder in bin sbin lib lib64; do ln -s "usr/$folder" "$cache/debian13/$folder"; done
  echo "deb $mirror trixie main" >"$cache/apt/sources.list"
  # An apt of its own: it knows no package of this machine, so it fetches all that the editors need.
  apart=(-o "Dir::Etc::sourcelist=$cache/apt/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State=$cache/apt/state"
         -o "Dir::Cache=$cache/apt/cache" -o Dir::State::status=/dev/null -o APT::Sandbox::User=root)
  step 240 debian13-lists apt-get "${apart[@]}" update
  step 600 debian13-packages apt-get "${apart[@]}" --download-only --no-install-recommends -y install "${newer[@]}"
  for package in "$cache"/apt/cache/archives/*.deb; do
    dpkg-deb --fsys-tarfile "$package" | tar -x --keep-directory-symlink -C "$cache/debian13"
  done
  rm -rf "$cache/apt"
  root=$cache/debian13
  # started NAME PROGRAM SETTINGS OPTIONS: a command in bin/ that starts a program with the loader and the libraries it was built for.
  started() {
    cat >"$cache/bin/$1" <<END
#!/bin/sh
$3 exec "$root/$loader" --argv0 "$root/$2" --library-path "$root/usr/lib/$triple" "$root/$2" $4 "\$@"
END
    chmod +x "$cache/bin/$1"
  }
  version=$(basename "$(echo "$root"/usr/share/emacs/[0-9]*)")
  share=$root/usr/share/emacs/$version libexec=$root/usr/libexec/emacs/$version/$triple
  started emacs30 usr/bin/emacs-nox "EMACSLOADPATH=$(find "$share/lisp" -type d | paste -sd:) EMACSDATA=$share/etc EMACSDOC=$share/etc EMACSPATH=$libexec" \
    "--dump-file=$(echo "$libexec"/*.pdmp)"
  started hx usr/bin/hx "HELIX_RUNTIME=$root/usr/lib/hx/runtime" ""
  started kak usr/bin/kak "KAKOUNE_RUNTIME=$root/usr/share/kak" ""
  started tree-sitter usr/bin/tree-sitter "" ""
  echo "$stamp" >"$cache/stamp"
fi
echo "$cache"
