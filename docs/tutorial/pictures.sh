#!/usr/bin/env bash
# Makes the pictures of the-pages.md anew, from the stories that the tests click through. Needs a
# release build, npm and Debian's Chromium.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
export JIUYING_PICTURES=$PWD/docs/tutorial/pictures
rm -rf "$JIUYING_PICTURES"
python3 tests/e2e/run.py a_newcomer an_order_goes_its_way
ls -l "$JIUYING_PICTURES"
