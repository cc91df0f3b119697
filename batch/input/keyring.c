#include "input/keyring.h"

#include "database/sealed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char key_setting[] = "key-check";
static const char next_setting[] = "next-key-check"; /* of a rekey that has begun */
static const char id_setting[] = "database-id";

/* A data key that is open. */
struct data_key {
	int64_t owner;
	struct secret *secret; /* NULL: none */
	bool is_new;           /* and not in the database yet */
};

struct keyring {
	struct database *db;
	char *path, *new_path;
	bool is_credential;
	struct secret *key;
	bool is_new; /* it is that of new_path */
	unsigned char database[SEAL_DATABASE_SIZE];
	struct data_key run, stores; /* the last one that was asked for, of each kind */
};

struct secret_file
key_file_of(const struct context *context)
{
	return (struct secret_file){context->key_file, context->key_is_credential};
}

static int
key_set(const struct secret *secret, struct database *db, const char *setting, struct error *err)
{
	unsigned char check[SECRET_CHECK_SIZE];

	if (secret_check(secret, check, err) == -1)
		return -1;
	return db_set(db, setting, check, sizeof(check), err);
}

int
key_bind(const struct secret *secret, struct database *db, struct error *err)
{
	return key_set(secret, db, key_setting, err);
}

int
key_announce(const struct secret *secret, struct database *db, struct error *err)
{
	return key_set(secret, db, next_setting, err);
}

/* Whether the setting is the check of this key; `path` is its file, for err. */
static enum secret_answer
key_match(const struct secret *secret, struct database *db, const char *setting, const char *path,
    struct error *err)
{
	unsigned char stored[SECRET_CHECK_SIZE];
	int length = db_setting(db, setting, stored, sizeof(stored), err);

	if (length == -1)
		return SECRET_FAILED;
	return secret_compare(secret, path, stored, (size_t)length, err);
}

enum secret_answer
key_is_announced(const struct secret *secret, struct database *db, struct error *err)
{
	return key_match(secret, db, next_setting, NULL, err);
}

enum secret_answer
key_is_bound(const struct secret *secret, struct database *db, struct error *err)
{
	return key_match(secret, db, key_setting, NULL, err);
}

char *
key_new_name(const char *path)
{
	char *real = realpath(path, NULL), *name;

	if (real == NULL && errno == ENOMEM)
		return NULL;
	if (asprintf(&name, "%s.new", real == NULL ? path : real) == -1)
		name = NULL;
	free(real);
	return name;
}

/* ---- the key of the database -------------------------------------------------------------- */

/* Opens a file: *opened is NULL unless it is the key of the database. */
static enum secret_answer
keyring_try_file(const struct keyring *keyring, const char *path, struct secret **opened,
    bool *is_other, struct error *err)
{
	const struct secret_file file = {path, keyring->is_credential};
	enum secret_answer answer = secret_try(&file, opened, err);

	*is_other = false;
	if (answer != SECRET_GOOD)
		return answer;
	answer = key_match(*opened, keyring->db, key_setting, path, err);
	if (answer == SECRET_GOOD)
		return answer;
	*is_other = answer == SECRET_REFUSED;
	secret_close(*opened);
	*opened = NULL;
	return answer;
}

/*
 * The key file, the new one, and the key file once more: a `rekey` may have put the new one in its
 * place between the two.
 */
static enum secret_answer
keyring_find_key(struct keyring *keyring, bool *is_other, struct error *err)
{
	struct error why = {0}, why_new = {0};
	enum secret_answer answer = keyring_try_file(
	    keyring, keyring->path, &keyring->key, is_other, &why);
	bool was_other = *is_other;

	keyring->is_new = false;
	if (answer == SECRET_REFUSED) {
		answer = keyring_try_file(
		    keyring, keyring->new_path, &keyring->key, is_other, &why_new);
		keyring->is_new = answer == SECRET_GOOD;
		if (answer == SECRET_FAILED) /* then nobody knows which one it is */
			why = why_new;
		if (answer == SECRET_REFUSED)
			*is_other = was_other;
	}
	if (answer == SECRET_REFUSED && was_other)
		return keyring_try_file(keyring, keyring->path, &keyring->key, is_other, err);
	if (answer != SECRET_GOOD && err != NULL)
		*err = why;
	return answer;
}

static enum secret_answer
keyring_read_id(struct keyring *keyring, struct error *err)
{
	int length = db_setting(
	    keyring->db, id_setting, keyring->database, SEAL_DATABASE_SIZE, err);

	if (length == SEAL_DATABASE_SIZE || length == -1)
		return length == -1 ? SECRET_FAILED : SECRET_GOOD;
	error_set(err, ERROR_STORAGE, NULL,
	    "the database has no id, and so no password in it can be opened: run `pfxreplace "
	    "verify`");
	return SECRET_REFUSED;
}

enum secret_answer
keyring_try(const struct secret_file *file, struct database *db, struct keyring **opened,
    bool *is_other, struct error *err)
{
	struct keyring *keyring = calloc(1, sizeof(*keyring));
	enum secret_answer answer = SECRET_FAILED;

	*opened = NULL;
	*is_other = false;
	if (keyring != NULL) {
		keyring->db = db;
		keyring->is_credential = file->is_credential;
		keyring->path = strdup(file->path);
		keyring->new_path = key_new_name(file->path);
	}
	if (keyring == NULL || keyring->path == NULL || keyring->new_path == NULL)
		error_memory(err);
	else
		answer = keyring_find_key(keyring, is_other, err);
	if (answer == SECRET_GOOD) {
		answer = keyring_read_id(keyring, err);
		*is_other = answer == SECRET_REFUSED;
	}
	if (answer == SECRET_GOOD)
		*opened = keyring;
	else
		keyring_close(keyring);
	return answer;
}

struct keyring *
keyring_open(const struct context *context, struct database *db, struct error *err)
{
	const struct secret_file file = key_file_of(context);
	struct keyring *keyring;
	bool is_other;

	(void)keyring_try(&file, db, &keyring, &is_other, err);
	return keyring;
}

static void
data_key_forget(struct data_key *data_key)
{
	secret_close(data_key->secret);
	*data_key = (struct data_key){0};
}

void
keyring_close(struct keyring *keyring)
{
	if (keyring == NULL)
		return;
	data_key_forget(&keyring->run);
	data_key_forget(&keyring->stores);
	secret_close(keyring->key);
	free(keyring->path);
	free(keyring->new_path);
	free(keyring);
}

bool
keyring_is_new(const struct keyring *keyring)
{
	return keyring->is_new;
}

const struct secret *
keyring_key(const struct keyring *keyring)
{
	return keyring->key;
}

const unsigned char *
keyring_database(const struct keyring *keyring)
{
	return keyring->database;
}

/* ---- data keys ---------------------------------------------------------------------------- */

struct keyring_opening {
	const struct keyring *keyring;
	struct secret *opened;
	enum secret_answer answer;
};

static int
keyring_take_data_key(void *closure, const struct sealed_value *value, struct error *err)
{
	struct keyring_opening *opening = closure;
	const struct seal_place place = {opening->keyring->database, SEAL_DATA_KEY, value->row};

	opening->answer = seal_open_key(opening->keyring->key, &place,
	    (struct seal_bytes){value->bytes, value->length}, &opening->opened, err);
	return opening->answer == SECRET_FAILED ? -1 : 0;
}

enum secret_answer
keyring_opens_data_key(
    const struct keyring *keyring, const struct sealed_value *value, struct error *err)
{
	struct keyring_opening opening = {.keyring = keyring};

	(void)keyring_take_data_key(&opening, value, err);
	secret_close(opening.opened);
	return opening.answer;
}

/* The data key of the owner, open. Refused: there is none (*is_there false), or it does not open.
 */
static enum secret_answer
keyring_load(struct keyring *keyring, struct data_key *into, int64_t owner, bool *is_there,
    struct error *err)
{
	struct keyring_opening opening = {.keyring = keyring, .answer = SECRET_REFUSED};
	int rc;

	*is_there = true;
	if (into->secret != NULL && into->owner == owner)
		return SECRET_GOOD;
	data_key_forget(into);
	rc = db_data_key(keyring->db, owner, keyring_take_data_key, &opening, err);
	*is_there = rc == 1;
	if (rc == -1)
		return SECRET_FAILED;
	if (opening.answer == SECRET_GOOD)
		*into = (struct data_key){.owner = owner, .secret = opening.opened};
	return opening.answer;
}

static struct data_key *
keyring_data_key(struct keyring *keyring, int64_t owner)
{
	return owner == KEYRING_STORES ? &keyring->stores : &keyring->run;
}

int
keyring_prepare(struct keyring *keyring, int64_t owner, struct error *err)
{
	struct data_key *data_key = keyring_data_key(keyring, owner);
	struct error why = {0};
	bool is_there;

	switch (keyring_load(keyring, data_key, owner, &is_there, &why)) {
	case SECRET_GOOD:
		return 0;
	case SECRET_REFUSED:
		if (!is_there)
			break;
		error_set(err, ERROR_STORAGE, NULL,
		    "the data key of %s%.0lld cannot be opened: run `pfxreplace verify`",
		    owner == KEYRING_STORES ? "stores" : "run ", (long long)owner);
		return -1;
	default:
		if (err != NULL)
			*err = why;
		return -1;
	}
	data_key->secret = secret_make(NULL, err);
	data_key->owner = owner;
	data_key->is_new = data_key->secret != NULL;
	return data_key->secret == NULL ? -1 : 0;
}

static int
keyring_keep_data_key(struct keyring *keyring, struct data_key *data_key, struct error *err)
{
	const struct seal_place place = {keyring->database, SEAL_DATA_KEY, data_key->owner};
	unsigned char sealed[SEAL_KEY_SIZE];

	if (!data_key->is_new)
		return 0;
	if (seal_close_key(keyring->key, &place, data_key->secret, sealed, err) == -1 ||
	    db_data_key_put(keyring->db, data_key->owner, sealed, sizeof(sealed), err) == -1)
		return -1;
	data_key->is_new = false;
	return 0;
}

int
keyring_keep(struct keyring *keyring, struct error *err)
{
	if (keyring_keep_data_key(keyring, &keyring->run, err) == -1)
		return -1;
	return keyring_keep_data_key(keyring, &keyring->stores, err);
}

/* ---- passwords ---------------------------------------------------------------------------- */

/* Whose data key seals the password of a row. */
static int64_t
keyring_owner(enum seal_field field, int64_t row)
{
	return field == SEAL_STORE_PASSWORD ? KEYRING_STORES : row >> 32;
}

int
keyring_seal(const struct keyring *keyring, enum seal_field field, int64_t row,
    struct seal_bytes text, unsigned char *sealed, struct error *err)
{
	const struct seal_place place = {keyring->database, field, row};
	int64_t owner = keyring_owner(field, row);
	const struct data_key *data_key = owner == KEYRING_STORES ? &keyring->stores
								  : &keyring->run;

	if (data_key->secret == NULL || data_key->owner != owner)
		return error_set(
		    err, ERROR_STORAGE, NULL, "internal error: no data key was prepared");
	return seal_close(data_key->secret, &place, text, sealed, err);
}

/* The key that opens the value. */
static enum secret_answer
keyring_key_of(struct keyring *keyring, const struct keyring_value *value,
    const struct secret **key, struct error *err)
{
	int64_t owner = keyring_owner(value->field, value->row);
	struct data_key *data_key = keyring_data_key(keyring, owner);
	enum secret_answer answer;
	bool is_there;

	*key = keyring->key;
	if (seal_is_old(value->sealed))
		return SECRET_GOOD;
	answer = keyring_load(keyring, data_key, owner, &is_there, err);
	if (answer == SECRET_REFUSED)
		error_set_at(err, ERROR_STORAGE, (struct error_place){.field = "Password"},
		    is_there ? "the data key that sealed it cannot be opened"
			     : "the data key that sealed it is gone");
	*key = data_key->secret;
	return answer;
}

static enum secret_answer
keyring_unseal_once(
    struct keyring *keyring, const struct keyring_value *value, char *text, struct error *err)
{
	const struct seal_place place = {keyring->database, value->field, value->row};
	const struct secret *key;
	enum secret_answer answer = keyring_key_of(keyring, value, &key, err);

	return answer == SECRET_GOOD ? seal_open(key, &place, value->sealed, text, err) : answer;
}

/* After something did not open: whether the database has another key by now, which is open then. */
static bool
keyring_follow(struct keyring *keyring)
{
	struct secret *old = keyring->key;
	bool is_other;

	if (key_is_bound(old, keyring->db, NULL) != SECRET_REFUSED)
		return false;
	keyring->key = NULL;
	if (keyring_find_key(keyring, &is_other, NULL) != SECRET_GOOD) {
		keyring->key = old; /* it opens what it opened */
		return false;
	}
	data_key_forget(&keyring->run);
	data_key_forget(&keyring->stores);
	secret_close(old);
	return true;
}

enum secret_answer
keyring_unseal(
    struct keyring *keyring, const struct keyring_value *value, char *text, struct error *err)
{
	struct error why = {0};
	enum secret_answer answer = keyring_unseal_once(keyring, value, text, &why);

	if (answer == SECRET_REFUSED && keyring_follow(keyring))
		return keyring_unseal_once(keyring, value, text, err);
	if (answer != SECRET_GOOD && err != NULL)
		*err = why;
	return answer;
}

enum secret_answer
keyring_holds(struct keyring *keyring, const struct keyring_value *value, struct seal_bytes text,
    struct error *err)
{
	const struct seal_place place = {keyring->database, value->field, value->row};
	const struct secret *key;
	enum secret_answer answer;

	if (value->sealed.length < SEAL_OVERHEAD)
		return SECRET_REFUSED;
	answer = keyring_key_of(keyring, value, &key, err);
	return answer == SECRET_GOOD ? seal_holds(key, &place, value->sealed, text, err) : answer;
}
