/*
 * swap NEW FOLDER COUNT: what deploy cannot do without, and nothing else: puts the bytes of the
 * file NEW in the place of FOLDER/N.pem, N from 1 to COUNT: a file beside it, written and synced,
 * then renamed, and the folder synced.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void
swap_need(int good, const char *what)
{
	if (good)
		return;
	perror(what);
	exit(EXIT_FAILURE);
}

int
main(int argc, char **argv)
{
	static char bytes[1 << 20];
	ssize_t length;
	long count;
	int fd, folder;

	swap_need(argc == 4, "usage: swap NEW FOLDER COUNT");
	fd = open(argv[1], O_RDONLY);
	length = fd == -1 ? -1 : read(fd, bytes, sizeof(bytes));
	swap_need(length > 0, argv[1]);
	close(fd);
	folder = open(argv[2], O_RDONLY | O_DIRECTORY);
	swap_need(folder != -1, argv[2]);
	count = strtol(argv[3], NULL, 10);
	for (long i = 1; i <= count; i++) {
		char name[32];

		snprintf(name, sizeof(name), "%ld.pem", i);
		fd = openat(folder, ".new", O_WRONLY | O_CREAT | O_EXCL, 0600);
		swap_need(fd != -1 && write(fd, bytes, (size_t)length) == length &&
			      fsync(fd) == 0 && close(fd) == 0 &&
			      renameat(folder, ".new", folder, name) == 0 && fsync(folder) == 0,
		    name);
	}
	printf("%ld files\n", count);
	return EXIT_SUCCESS;
}
