/* Moves the wall clock of a program by $JIUYING_CLOCK_OFFSET seconds, as somebody who sets it would.
 * Only CLOCK_REALTIME: durations stay what they are. Preloaded by test_bundle_time.py. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long offset(void) {
    const char* text = getenv("JIUYING_CLOCK_OFFSET");
    return text == NULL ? 0 : atol(text);
}

int clock_gettime(clockid_t clock, struct timespec* time) {
    const long failed = syscall(SYS_clock_gettime, clock, time);
    if (failed == 0 && clock == CLOCK_REALTIME) time->tv_sec += offset();
    return (int)failed;
}

int gettimeofday(struct timeval* restrict time, void* restrict zone) {
    (void)zone;
    struct timespec now;
    if (clock_gettime(CLOCK_REALTIME, &now) != 0) return -1;
    time->tv_sec = now.tv_sec;
    time->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t* out) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out != NULL) *out = now.tv_sec;
    return now.tv_sec;
}
