#include "input/key.h"

static const char setting[] = "key-check";

int
key_bind(const struct secret *secret, struct inventory *inventory, struct error *err)
{
	unsigned char check[SECRET_CHECK_SIZE];

	if (secret_check(secret, check, err) == -1)
		return -1;
	return inventory_set(inventory, setting, check, sizeof(check), err);
}

enum secret_answer
key_match(
    const struct secret *secret, const char *path, struct inventory *inventory, struct error *err)
{
	unsigned char stored[SECRET_CHECK_SIZE];
	int length = inventory_setting(inventory, setting, stored, sizeof(stored), err);

	if (length == -1)
		return SECRET_FAILED;
	return secret_compare(secret, path, stored, (size_t)length, err);
}

int
key_verify(
    const struct secret *secret, const char *path, struct inventory *inventory, struct error *err)
{
	return key_match(secret, path, inventory, err) == SECRET_GOOD ? 0 : -1;
}
