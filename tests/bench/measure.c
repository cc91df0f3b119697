/*
 * measure FILE COMMAND...: runs the command and appends "SECONDS CPU-SECONDS KIBIBYTES" to the
 * file: the time on the clock, that of the processors, and the most memory that was resident. It
 * ends with the status of the command, whose output is left alone.
 */
#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double
seconds(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec / 1e6;
}

int
main(int argc, char **argv)
{
	struct timespec start, end;
	struct rusage usage;
	FILE *file;
	pid_t child;
	int status, rc;

	if (argc < 3) {
		fprintf(stderr, "usage: measure FILE COMMAND...\n");
		return EXIT_FAILURE;
	}
	clock_gettime(CLOCK_MONOTONIC, &start);
	rc = posix_spawnp(&child, argv[2], NULL, NULL, argv + 2, environ);
	if (rc != 0) {
		errno = rc;
		perror(argv[2]);
		return EXIT_FAILURE;
	}
	while (wait4(child, &status, 0, &usage) == -1)
		if (errno != EINTR) {
			perror(argv[2]);
			return EXIT_FAILURE;
		}
	clock_gettime(CLOCK_MONOTONIC, &end);
	file = fopen(argv[1], "ae");
	if (file == NULL ||
	    fprintf(file, "%.6f %.6f %ld\n",
		(double)(end.tv_sec - start.tv_sec) + (double)(end.tv_nsec - start.tv_nsec) / 1e9,
		seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss) < 0 ||
	    fclose(file) != 0) {
		perror(argv[1]);
		return EXIT_FAILURE;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
