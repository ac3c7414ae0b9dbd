#!/usr/bin/env bash
# Prints how many compilers to run at once: g++ needs over a gigabyte for the largest files, so a
# small machine gets fewer than it has processors.
set -euo pipefail
by_memory=$(awk '/MemAvailable/ { print int($2 / 1200000) }' /proc/meminfo)
by_processors=$(nproc)
jobs=$((by_memory < by_processors ? by_memory : by_processors))
echo $((jobs < 1 ? 1 : jobs))
