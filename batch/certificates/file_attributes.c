#include "certificates/store_target_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>
#include <unistd.h>

/* Owner, group, mode, and extended attributes: an ACL and the label of SELinux are two of them. */

#define ACL "system.posix_acl_access"

/* Of the bytes of the file and not of its place; the kernel sets them anew. */
static bool
attribute_is_of_content(const char *name)
{
	return strcmp(name, "security.ima") == 0 || strcmp(name, "security.evm") == 0;
}

static const char *
attribute_word(const char *name)
{
	return strcmp(name, ACL) == 0                  ? "its ACL"
	       : strcmp(name, "security.selinux") == 0 ? "its SELinux label"
						       : "its extended attributes";
}

/* The value of an attribute, allocated; NULL and errno. */
static char *
attribute_get(int fd, const char *name, ssize_t *length)
{
	ssize_t size = fgetxattr(fd, name, NULL, 0);
	char *value = size == -1 ? NULL : malloc((size_t)size + 1);

	if (value == NULL)
		return NULL;
	*length = fgetxattr(fd, name, value, (size_t)size);
	if (*length != -1)
		return value;
	free(value);
	return NULL;
}

static bool
attribute_is(int fd, const char *name, const char *value, ssize_t length)
{
	ssize_t is_length;
	char *is = attribute_get(fd, name, &is_length);
	bool same = is != NULL && is_length == length && memcmp(is, value, (size_t)length) == 0;

	free(is);
	return same;
}

static int
attribute_copy(int from, int to, const char *name)
{
	ssize_t length;
	char *value = attribute_get(from, name, &length);
	int rc = value == NULL ? -1 : 0;

	if (rc == 0 && !attribute_is(to, name, value, length)) {
		rc = fsetxattr(to, name, value, (size_t)length, 0);
		if (rc == 0 && !attribute_is(to, name, value, length)) {
			errno = EPERM;
			rc = -1;
		}
	}
	free(value);
	return rc;
}

/* The names of all attributes, each with its NUL, allocated; NULL with errno 0: the file system has
 * none. */
static char *
attributes_list(int fd, ssize_t *length)
{
	ssize_t size = flistxattr(fd, NULL, 0);
	char *names;

	if (size == -1) {
		errno = errno == ENOTSUP ? 0 : errno;
		return NULL;
	}
	names = malloc((size_t)size + 1);
	if (names == NULL)
		return NULL;
	*length = flistxattr(fd, names, (size_t)size);
	if (*length != -1)
		return names;
	free(names);
	return NULL;
}

/* An ACL that the folder gave the new file and the old one has not. */
static const char *
attributes_drop_acl(int from, int to)
{
	if (fgetxattr(from, ACL, NULL, 0) >= 0)
		return NULL;
	if (errno != ENODATA && errno != ENOTSUP)
		return attribute_word(ACL);
	if (fgetxattr(to, ACL, NULL, 0) == -1 || fremovexattr(to, ACL) == 0)
		return NULL;
	return attribute_word(ACL);
}

static const char *
attributes_copy(int from, int to)
{
	const char *wrong = attributes_drop_acl(from, to);
	ssize_t length = 0;
	char *names = wrong == NULL ? attributes_list(from, &length) : NULL;

	if (names == NULL)
		return wrong != NULL || errno == 0 ? wrong : "its extended attributes";
	for (const char *name = names; wrong == NULL && name < names + length;
	     name += strlen(name) + 1)
		if (!attribute_is_of_content(name) && attribute_copy(from, to, name) == -1)
			wrong = attribute_word(name);
	free(names);
	return wrong;
}

/* The owner before the ACL and the mode, for to change it takes away bits of the mode; the mode
 * last: until the ACL is that of the old file it is the user's alone. */
const char *
file_attributes_copy(int from, int to, const struct stat *status)
{
	const char *wrong;
	struct stat is;

	errno = 0;
	if (fstat(to, &is) == -1)
		return "its owner";
	if (is.st_gid != status->st_gid && fchown(to, (uid_t)-1, status->st_gid) == -1)
		return "its group";
	if (is.st_uid != status->st_uid && fchown(to, status->st_uid, (gid_t)-1) == -1)
		return "its owner";
	errno = 0;
	wrong = attributes_copy(from, to);
	if (wrong != NULL)
		return wrong;
	if (fchmod(to, status->st_mode & 07777) == -1)
		return "its mode";
	errno = EPERM;
	if (fstat(to, &is) == -1 || is.st_uid != status->st_uid)
		return "its owner";
	if (is.st_gid != status->st_gid)
		return "its group";
	errno = EPERM;
	return (is.st_mode & 07777) == (status->st_mode & 07777) ? NULL : "its mode";
}
