#include "certificates/pkcs12.h"
#include "certificates/store_file.h"

#include "fuzz/fuzz_source.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Processor time, of which a store may have little. */
static int64_t
fuzz_store_ticks(void)
{
	return clock() / (CLOCKS_PER_SEC / 1000);
}

/* A store of that format which is the file; where `key` it is its own file with the key too. */
static void
fuzz_store_as(enum store_format format, const char *path, bool key)
{
	static const struct file_root root = {.fd = -1};
	struct entries_source source = {.password = "secret", .password_length = 6};
	const struct store_file store = {.format = format,
	    .path = path,
	    .key_path = key ? path : NULL,
	    .trust_store = key,
	    .root = &root,
	    .ticks = fuzz_store_ticks,
	    .deadline = fuzz_store_ticks() + 20};

	fuzz_source(&source, store_file_read(&store, &source));
}

/* A file as a store of each format. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("store", MFD_CLOEXEC);
	struct error err = {0};
	char path[64];

	FUZZ_TRUE(pkcs12_begin(&err) == 0);
	FUZZ_TRUE(fd != -1 && write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	for (int format = STORE_FORMAT_NONE; format <= STORE_FORMAT_JKS; format++)
		fuzz_store_as((enum store_format)format, path, false);
	fuzz_store_as(STORE_FORMAT_PEM, path, true);
	close(fd);
	return 0;
}
