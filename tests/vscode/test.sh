#!/bin/bash
# Tests the extension: types, layout and lint, units, grammar, packing, then what a person does in a real VS Code. --package: packs only.
# Measured on two cores that ten other processes wanted too: 16 min in a fresh clone with an empty cache (5 of them compile
# code-server's native modules), 11 min with a warm one.
# Words after the options choose steps of the last part: bash test.sh 'graph' 'archive'
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
extension=$here/../../vscode-extension
cache=$("$here/install.sh" | tail -1)
export PATH="$cache/bin:$PATH" npm_config_update_notifier=false

cd "$extension"
stamp=node_modules/.nnef-lsp-installed
if ! cmp -s package-lock.json "$stamp"; then
  timeout 300 npm ci --no-audit --no-fund --loglevel=error
  cp package-lock.json "$stamp"
fi
if [ "${1:-}" = --package ]; then exec node scripts/package.mjs; fi

timeout 120 node node_modules/typescript/bin/tsc --noEmit -p tsconfig.json
timeout 120 npm run --silent lint  # `npm run format` mends most of what it finds
timeout 120 node node_modules/vitest/vitest.mjs run --reporter=dot
timeout 120 npm run --silent build  # the grammar test reads the grammars where package.json says they are
timeout 120 npm run --silent test:grammar
vsix=$(mktemp -d)/nnef-lsp.vsix
trap 'rm -rf "$(dirname "$vsix")"' EXIT
timeout 300 node scripts/package.mjs "$vsix"
timeout 1200 node "$here/run.mjs" "$cache" "$vsix" "$@"
