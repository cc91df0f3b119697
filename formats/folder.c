#include "folder.h"

#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int
folder_sync(const char *path, struct error *err)
{
	char *copy = strdup(path);
	int fd, rc;

	if (copy == NULL)
		return error_memory(err);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(copy);
	rc = fd == -1 ? -1 : fsync(fd);
	if (rc == -1)
		error_errno(err, path, "its folder cannot be synced");
	if (fd != -1)
		close(fd);
	return rc;
}
