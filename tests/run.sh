#!/usr/bin/env bash
# Installs what is missing, builds (release, then ASan and UBSan) and runs every test.
#
#     tests/run.sh [--long] [--no-install] [--only STAGE[,STAGE...]] [--list]
#
# --long adds hours of the same: 2,000 worlds, every header alone, clang-tidy, ThreadSanitizer,
# libFuzzer, the unit tests with every planted defect, the whole benchmark. --only runs the named
# stages on what is built.
#
# JIUYING_TEST_DATA names a folder of real files for the end-to-end tests: named and missing is a
# failure, not named is a skip. What was skipped stands at the end. Logs: build/logs/STAGE.log.
# The last line is `N passed, N failed, N skipped`; exit 1 if anything failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1
export LC_ALL=C.UTF-8 PYTHONUTF8=1
root=$PWD
logs=$root/build/logs
release=$root/build/release/bin
asan=$root/build/asan/bin

# --- the stages: each is a function; its log tells why it failed -------------------------------

build() {  # PRESET [TARGET...]
    cmake --preset "$1" -DJIUYING_TESTS=ON -DJIUYING_TOGETHER=ON || return
    cmake --build --preset "$1" -j "$(bash packaging/jobs.sh)"
}

stage_install() {
    local groups=(test)
    if $long; then groups+=(fuzz tidy); fi
    bash packaging/packages.sh "${groups[@]}"
}

stage_build() { build release; }

stage_lint() {
    local status=0
    python3 tests/lint/self_test.py || status=1
    python3 tests/lint/lint.py --advice || status=1
    bash tests/lint/format.sh
    case $? in
        0) ;;
        77) skip "format: clang-format 14 is not installed" ;;
        *) status=1; echo "mend with: tests/lint/format.sh --fix" ;;
    esac
    return $status
}

stage_headers() { bash tests/lint/headers.sh; }

stage_tidy() {
    # It reads file by file.
    cmake --preset release -B build/tidy -DJIUYING_TESTS=OFF || return
    bash tests/lint/tidy.sh build/tidy
    local status=$?
    ((status == 77)) || return $status
    skip "tidy: clang-tidy-16 is not installed"
}

stage_unit() { timeout 1800 "$release/unit_tests"; }
# The whole count of power cuts is that of the release build.
stage_unit_asan() { JIUYING_POWER_POINTS=400 timeout 3600 "$asan/unit_tests"; }

# In two programs, which take about as long: each has one processor.
sim() {
    local seeds=500
    if $long; then seeds=2000; fi
    JIUYING_SIM_SEEDS=${JIUYING_SIM_SEEDS:-$seeds} timeout 14400 "$release/sim_tests" "$1"
}
stage_sim_lives() { sim '[lives]~[machines]~[salons]'; }
stage_sim() { sim '~[lives],[machines],[salons]'; }
stage_sim_asan() { JIUYING_SIM_SEEDS=10 timeout 3600 "$asan/sim_tests"; }

# Its tests wait for each other's processes more than for a processor.
stage_e2e() {
    JIUYING_E2E_JOBS=2 JIUYING_BIN_DIR=$release timeout 5400 python3 tests/e2e/run.py -page_hour
}
# A page in use for some minutes: it waits nearly all of the time, beside the others.
stage_page_hour() { JIUYING_BIN_DIR=$release timeout 1800 python3 tests/e2e/run.py page_hour; }
# The same programs under the sanitizers, without what only takes long: rules of the workflow row by
# row, which unit_asan has in the same functions, papers, and what the browser does more than they.
stage_e2e_asan() {
    local out=(-rows_ -documents. -howtos. -page_browser.every_page -page_browser.the_page_has
        -page_browser.papers -page_browser.two_people -page_browser.an_order -by_clicks
        -by_the_page_alone -ten_thousand_requests -page_hour -deadline. -rules. -orders.
        -firms_story. -share. -audit.)
    if $long; then out=(); fi
    JIUYING_E2E_JOBS=2 JIUYING_BIN_DIR=$asan JIUYING_E2E_QUICK=1 timeout 5400 \
        python3 tests/e2e/run.py "${out[@]}"
}

# A small run holds what does not depend on size or on the machine's mood: bytes, round trips, peak
# memory. Rates and times mean nothing at this size; docs/reference/benchmarks.md has those.
stage_bench() {
    if $long; then
        timeout 7200 "$release/bench" --json build/bench.json > /dev/null
    else
        timeout 900 "$release/bench" --appeals 400 --json build/bench-smoke.json > /dev/null &&
            python3 tests/bench/steady_figures.py build/bench-smoke.json
    fi
}

stage_build_asan() { build asan; }

# The simulator finds every defect that is planted (schema/planted.hpp), and nothing without it.
stage_planted() { timeout 1800 "$release/planted_tests"; }
# And no unit test notices them.
stage_planted_units() { timeout 14400 bash tests/sim/planted_units.sh; }

each_fuzz_target() {  # FOLDER ARGUMENT... ; the corpus folder is appended
    local folder=$1 source name passed=0 failed=0
    shift
    for source in tests/fuzz/*_fuzz.cpp; do
        name=$(basename "$source" _fuzz.cpp)
        mkdir -p "build/corpus/$name"  # What libFuzzer finds goes here, not into the tree.
        echo "--- $name"
        local seeds=()
        if [[ -d tests/fuzz/corpus/$name ]]; then seeds=("tests/fuzz/corpus/$name"); fi
        if timeout 1800 "$folder/fuzz_$name" "$@" "build/corpus/$name" "${seeds[@]}"; then
            passed=$((passed + 1))
        else
            failed=$((failed + 1))
        fi
    done
    echo "$passed passed, $failed failed"
    ((failed == 0 && passed > 0))
}
stage_fuzz() { each_fuzz_target "$asan" --runs 3000 --seed 1; }
stage_fuzz_long() {
    build fuzz && each_fuzz_target "$root/build/fuzz/bin" -max_total_time=300 -max_len=65536 \
        -artifact_prefix=build/logs/
}

stage_tsan() { build tsan && timeout 7200 build/tsan/bin/unit_tests; }

# --- running them ------------------------------------------------------------------------------

skip() { printf '%s\n' "$*" | tee -a "$JIUYING_SKIPS_FILE"; }

long=false
install=true
only=()
order=(install build lint unit sim_lives sim planted e2e page_hour bench build_asan unit_asan
    sim_asan fuzz e2e_asan)
long_order=(headers tidy tsan fuzz_long planted_units)

while (($# > 0)); do
    case $1 in
        --long) long=true ;;
        --no-install) install=false ;;
        --only)
            IFS=, read -r -a names <<< "${2:?--only needs a stage}"
            only+=("${names[@]//-/_}")
            shift
            ;;
        --list) printf '%s\n' "${order[@]}" "${long_order[@]}"; exit 0 ;;
        -h | --help) sed -n '2,/^set/{/^set/!s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; exit 0 ;;
        *) echo "tests/run.sh: unknown option $1 (--help)" >&2; exit 2 ;;
    esac
    shift
done
for name in "${only[@]}"; do
    [[ $(type -t "stage_$name") == function ]] ||
        { echo "tests/run.sh: no stage '$name' (--list)" >&2; exit 2; }
done
if [[ -n ${JIUYING_TEST_DATA:-} && ! -d $JIUYING_TEST_DATA ]]; then
    echo "tests/run.sh: JIUYING_TEST_DATA names a folder that is missing: $JIUYING_TEST_DATA" >&2
    exit 1
fi

mkdir -p "$logs"
export JIUYING_SKIPS_FILE=$root/build/skips.txt
: > "$JIUYING_SKIPS_FILE"
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_stack_use_after_return=1:strict_string_checks=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1:halt_on_error=1}
export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1}

# Stopped by hand: ends what the stages started, which sits in process groups of its own.
kill_tree() {
    local child
    for child in $(cat "/proc/$1/task/$1/children" 2> /dev/null); do kill_tree "$child"; done
    kill "$1" 2> /dev/null
}
stop() {
    local stage
    for stage in $(jobs -p); do kill_tree "$stage"; done
    exit 130
}
trap stop INT TERM

passed=0 failed=0
table=() failures=()

wanted() {
    if ((${#only[@]} > 0)); then [[ " ${only[*]} " == *" $1 "* ]]; return; fi
    [[ $1 != install ]] || $install
}

# The counts a test program printed last: Catch2's two forms, or our own `N passed, N failed`.
counts() {
    sed -nE \
        -e 's/^All tests passed \(.* in ([0-9]+) test cases?\)$/\1 0/p' \
        -e 's/^([0-9]+) passed, ([0-9]+) failed.*/\1 \2/p' \
        -e '/^test cases: /{' \
        -e 's/.*\| *([0-9]+) passed *\| *([0-9]+) failed.*/\1 \2/p;t' \
        -e 's/.*\| *([0-9]+) failed.*/0 \1/p;t' \
        -e 's/.*\| *([0-9]+) passed.*/\1 0/p' -e '}' "$1" | tail -n 1
}

run_stage() {
    local begun=$SECONDS
    "stage_$1" > "$logs/$1.log" 2>&1 < /dev/null
    echo "$? $((SECONDS - begun))" > "$logs/$1.result"
}

report() {
    local name=$1 status seconds good bad
    read -r status seconds < "$logs/$name.result"
    read -r good bad <<< "$(counts "$logs/$name.log")"
    good=${good:-0} bad=${bad:-0}
    if ((status != 0 && bad == 0)); then bad=1; fi       # Crashed, or is no test program.
    if ((status == 0 && good + bad == 0)); then good=1; fi
    passed=$((passed + good)) failed=$((failed + bad))
    local word=ok
    if ((status != 0 || bad > 0)); then word=FAILED; failures+=("$name"); fi
    table+=("$(printf '%-12s %6d s  %5d passed %4d failed  %s' \
        "$name" "$seconds" "$good" "$bad" "$word")")
    printf '%s\n' "${table[-1]}"
    if [[ $word == FAILED ]]; then
        printf -- '--- last lines of %s\n' "build/logs/$name.log"
        tail -n 60 "$logs/$name.log"
        printf -- '---\n'
    fi
}

# Runs the stages given at the same time: they use one processor each.
stages() {
    local name chosen=()
    for name in "$@"; do if wanted "$name"; then chosen+=("$name"); fi; done
    for name in "${chosen[@]}"; do run_stage "$name" & done
    wait
    for name in "${chosen[@]}"; do report "$name"; done
}

begun=$SECONDS
stages install
stages build
stages lint
stages sim_lives sim unit planted
stages e2e page_hour
stages bench  # Alone: it measures.
stages build_asan
stages unit_asan sim_asan fuzz
stages e2e_asan
for name in "${long_order[@]}"; do
    if $long || ((${#only[@]} > 0)); then stages "$name"; fi
done

echo
printf '%s\n' "${table[@]}"
echo "all stages: $((SECONDS - begun)) s"
skipped=$(grep -c . "$JIUYING_SKIPS_FILE")
if ((skipped > 0)); then
    echo "skipped:"
    sed 's/^/  /' "$JIUYING_SKIPS_FILE"
fi
if ((${#failures[@]} > 0)); then echo "failed stages: ${failures[*]} (build/logs)"; fi
echo "$passed passed, $failed failed, $skipped skipped"
((failed == 0))
