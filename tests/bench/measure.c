/* measure.c - run one command, its output thrown away, and print what it took:
 * "WALL_SECONDS CPU_SECONDS PEAK_KIB STATUS".
 *
 * A program of its own because a child's peak begins with that of the process which
 * starts it, and this one is small. Seconds of all threads and of all children of the
 * command. SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds_of(struct timeval span) {
    return (double)span.tv_sec + 1e-6 * (double)span.tv_usec;
}

static double now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + 1e-9 * (double)at.tv_nsec;
}

static void run(char **command) {
    int nowhere = open("/dev/null", O_RDWR);
    if (nowhere >= 0) {
        dup2(nowhere, STDIN_FILENO);
        dup2(nowhere, STDOUT_FILENO);
        dup2(nowhere, STDERR_FILENO);
    }
    execvp(command[0], command);
    _exit(127);
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fputs("usage: measure COMMAND [ARGUMENT …]\n", stderr);
        return 2;
    }
    double start = now();
    pid_t child = fork();
    if (child == 0) {
        run(argv + 1);
    }
    int status = -1;
    if (child < 0 || waitpid(child, &status, 0) != child) {
        perror("measure");
        return 1;
    }
    double wall = now() - start;
    struct rusage used;
    getrusage(RUSAGE_CHILDREN, &used);
    /* ru_maxrss is KiB on Linux (getrusage(2)). */
    printf("%.6f %.6f %ld %d\n", wall,
           seconds_of(used.ru_utime) + seconds_of(used.ru_stime), used.ru_maxrss,
           WIFEXITED(status) ? WEXITSTATUS(status) : 128);
    return 0;
}
