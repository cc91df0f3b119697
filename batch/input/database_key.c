#include "input/database_key.h"

static const char key_setting[] = "key-check";

int
key_bind(const struct secret *secret, struct database *db, struct error *err)
{
	unsigned char check[SECRET_CHECK_SIZE];

	if (secret_check(secret, check, err) == -1)
		return -1;
	return db_set(db, key_setting, check, sizeof(check), err);
}

enum secret_answer
key_match(const struct secret *secret, const char *path, struct database *db, struct error *err)
{
	unsigned char stored[SECRET_CHECK_SIZE];
	int length = db_setting(db, key_setting, stored, sizeof(stored), err);

	if (length == -1)
		return SECRET_FAILED;
	return secret_compare(secret, path, stored, (size_t)length, err);
}

int
key_verify(const struct secret *secret, const char *path, struct database *db, struct error *err)
{
	return key_match(secret, path, db, err) == SECRET_GOOD ? 0 : -1;
}
