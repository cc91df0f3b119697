#include "certificates/store_target_private.h"

#include <linux/limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool
archive_is_numbered(const char *name)
{
	static const char *const begins[] = {"fullchain", "privkey", "chain", "cert"};

	for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
		size_t length = strlen(begins[i]), digits;

		if (strncmp(name, begins[i], length) != 0)
			continue;
		digits = strspn(name + length, "0123456789");
		if (digits > 0 && strcmp(name + length + digits, ".pem") == 0)
			return true;
	}
	return false;
}

bool
target_is_archived(const struct store_target *target)
{
	static const char *const beside[] = {"live", "renewal"};
	char path[PATH_MAX + 16], *slash;
	bool found = archive_is_numbered(target->name);

	if (strlen(target->real) >= PATH_MAX)
		return false;
	snprintf(path, sizeof(path), "%s", target->real);
	for (int i = 0; i < 2; i++) {
		slash = strrchr(path, '/');
		if (slash == NULL)
			return false;
		*slash = '\0';
	}
	slash = strrchr(path, '/');
	if (slash == NULL || strcmp(slash, "/archive") != 0)
		return false;
	for (size_t i = 0; !found && i < sizeof(beside) / sizeof(beside[0]); i++) {
		snprintf(slash + 1, sizeof(path) - (size_t)(slash + 1 - path), "%s", beside[i]);
		found = access(path, F_OK) == 0;
	}
	return found;
}
