#include "input/rekey.h"

#include "buffer.h"
#include "database/sealed.h"
#include "folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct rekey {
	struct database *db;
	struct keyring *keyring;
	char *path, *new_path; /* of the old and the new key file */
	struct secret *key;    /* the new one */
	bool made;             /* its file is there */
	int lock;              /* of the key file; -1: none */
	struct rekey_outcome *outcome;
	unsigned char sealed_key[SEAL_KEY_SIZE];
	struct buffer text, sealed; /* a password, in clear and sealed anew */
};

/* ---- the files ---------------------------------------------------------------------------- */

/* Nobody else makes a new key for this file meanwhile, not for another database either; the keys
 * are opened after that. */
static int
rekey_lock(struct rekey *rekey, struct error *err)
{
	const int flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
	const char *path = rekey->path;
	struct stat locked, named;

	rekey->lock = open(path, flags);
	if (rekey->lock == -1 && errno == ENOENT) {
		path = rekey->new_path; /* it is all that a rekey which was cut off has left */
		rekey->lock = open(path, flags);
	}
	if (rekey->lock == -1)
		return error_errno(err, rekey->path, "the key file cannot be opened");
	if (flock(rekey->lock, LOCK_EX | LOCK_NB) == 0 && fstat(rekey->lock, &locked) == 0 &&
	    stat(path, &named) == 0 && locked.st_dev == named.st_dev &&
	    locked.st_ino == named.st_ino)
		return 0;
	return error_set(err, ERROR_BUSY, path, "another rekey works on this key file; try again");
}

/* Whether the descriptor is of a whole key that is not the one which was announced: 1 or 0, -1 and
 * err. */
static int
rekey_is_foreign(const struct rekey *rekey, int fd, struct error *err)
{
	struct secret_file file = {0};
	enum secret_answer answer;
	struct secret *secret;
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	file.path = path;
	answer = secret_try(&file, &secret, err);
	if (answer == SECRET_GOOD) {
		answer = key_is_announced(secret, rekey->db, err);
		secret_close(secret);
		return answer == SECRET_FAILED ? -1 : answer == SECRET_REFUSED;
	}
	return answer == SECRET_FAILED ? -1 : 0;
}

/*
 * A new key file that is there already was left by one that was cut off before its transaction. A
 * whole key that this database did not announce may be all that opens another one: it stays.
 */
static int
rekey_clear(const struct rekey *rekey, struct error *err)
{
	int fd = open(rekey->new_path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);
	int foreign = 0;
	bool is_key;

	if (fd == -1 && errno == ENOENT)
		return 0;
	if (fd == -1)
		return error_errno(
		    err, rekey->new_path, "it is in the way of the new key: expected none");
	is_key = secret_begins(fd);
	if (is_key)
		foreign = rekey_is_foreign(rekey, fd, err);
	close(fd);
	if (foreign == -1)
		return -1;
	if (!is_key)
		return error_set(err, ERROR_STORAGE, rekey->new_path,
		    "it is in the way of the new key, and is no key file: expected none");
	if (foreign == 1)
		return error_set(err, ERROR_STORAGE, rekey->new_path,
		    "it is in the way of the new key, and may be the key of another database whose "
		    "rekey was cut off: finish that, or remove it");
	if (unlink(rekey->new_path) == -1)
		return error_errno(err, rekey->new_path, "it cannot be removed");
	return 0;
}

/* The database that the key file is called after, as init does it: where that is another one and
 * has the same key, it would lose it. */
static int
rekey_spare(const struct rekey *rekey, const char *database, struct error *err)
{
	size_t length = strlen(rekey->path);
	struct stat named, ours;
	struct database *db;
	char *name;
	int rc = 0;

	if (length < 5 || strcmp(rekey->path + length - 4, ".key") != 0)
		return 0;
	name = strndup(rekey->path, length - 4);
	if (name == NULL)
		return error_memory(err);
	if (stat(name, &named) == 0 && stat(database, &ours) == 0 &&
	    (named.st_dev != ours.st_dev || named.st_ino != ours.st_ino)) {
		db = db_open(name, DB_READ, NULL);
		if (db != NULL &&
		    key_is_bound(keyring_key(rekey->keyring), db, NULL) == SECRET_GOOD)
			rc = error_set(err, ERROR_STORAGE, rekey->path,
			    "it is the key of %s too, which would lose it: copy it, and name the "
			    "copy "
			    "with --key-file",
			    name);
		db_close(db);
	}
	free(name);
	return rc;
}

/* The new key, announced, and its file, which belongs to whom the old one belongs to. */
static int
rekey_make(struct rekey *rekey, struct error *err)
{
	struct secret_owner owner;
	struct stat old;

	if (fstat(rekey->lock, &old) == -1)
		return error_errno(err, rekey->path, "the key file cannot be looked at");
	owner = (struct secret_owner){old.st_uid, old.st_gid};
	rekey->key = secret_make(NULL, err);
	if (rekey->key == NULL || rekey_clear(rekey, err) == -1 || db_begin(rekey->db, err) == -1 ||
	    key_announce(rekey->key, rekey->db, err) == -1 || db_commit(rekey->db, err) == -1 ||
	    secret_write(rekey->key, rekey->new_path, &owner, err) == -1)
		return -1;
	rekey->made = true;
	return folder_sync(rekey->new_path, err);
}

/* The database's folder first: where its journal came back after a power cut, so would the old key.
 */
static int
rekey_publish(const struct rekey *rekey, const char *database, struct error *err)
{
	char *real = realpath(database, NULL);
	struct stat old;
	int rc = real == NULL ? error_errno(err, database, "the database cannot be looked at")
			      : folder_sync(real, err);

	free(real);
	if (rc == -1)
		return -1;
	rekey->outcome->has_other_names = stat(rekey->path, &old) == 0 && old.st_nlink > 1;
	if (rename(rekey->new_path, rekey->path) == -1)
		return error_errno(err, rekey->path,
		    "the new key file cannot take its place: it is %s; the same command tries "
		    "again",
		    rekey->new_path);
	return folder_sync(rekey->path, err);
}

/* ---- the transaction ---------------------------------------------------------------------- */

static int
rekey_refuse(const struct sealed_value *value, const char *what, struct error *err)
{
	char number[32] = "";

	if (value->row != KEYRING_STORES)
		snprintf(number, sizeof(number), " %lld", (long long)value->row);
	return error_set(err, ERROR_STORAGE, NULL,
	    "%s%s cannot be opened with the old key: run `pfxreplace verify`; nothing was changed",
	    what, number);
}

static int
rekey_data_key(
    void *closure, const struct sealed_value *value, struct sealed_value *to, struct error *err)
{
	struct rekey *rekey = closure;
	const struct seal_place place = {
	    keyring_database(rekey->keyring), SEAL_DATA_KEY, value->row};
	struct secret *data_key;
	int rc;

	switch (seal_open_key(keyring_key(rekey->keyring), &place,
	    (struct seal_bytes){value->bytes, value->length}, &data_key, err)) {
	case SECRET_GOOD:
		break;
	case SECRET_REFUSED:
		return rekey_refuse(value,
		    value->row == KEYRING_STORES ? "the data key of stores" : "the data key of run",
		    err);
	default:
		return -1;
	}
	rc = seal_close_key(rekey->key, &place, data_key, rekey->sealed_key, err);
	secret_close(data_key);
	*to = (struct sealed_value){value->row, rekey->sealed_key, SEAL_KEY_SIZE};
	rekey->outcome->data_keys++;
	return rc;
}

/* A password that an earlier version has sealed gets a data key. */
static int
rekey_password(struct rekey *rekey, enum seal_field field, const struct sealed_value *value,
    struct sealed_value *to, struct error *err)
{
	const struct keyring_value old = {field, value->row, {value->bytes, value->length}};
	int64_t owner = field == SEAL_STORE_PASSWORD ? KEYRING_STORES : value->row >> 32;
	const char *what = field == SEAL_STORE_PASSWORD ? "the password of store"
							: "the password of request";
	size_t length = value->length - SEAL_OVERHEAD;

	buffer_clear(&rekey->text);
	buffer_clear(&rekey->sealed);
	if (value->length < SEAL_OVERHEAD)
		return rekey_refuse(value, what, err);
	if (!buffer_reserve(&rekey->text, value->length) ||
	    !buffer_reserve(&rekey->sealed, value->length))
		return error_memory(err);
	rekey->text.length = length; /* it is wiped */
	switch (keyring_unseal(rekey->keyring, &old, rekey->text.bytes, err)) {
	case SECRET_GOOD:
		break;
	case SECRET_REFUSED:
		return rekey_refuse(value, what, err);
	default:
		return -1;
	}
	if (keyring_prepare(rekey->keyring, owner, err) == -1 ||
	    keyring_keep(rekey->keyring, err) == -1 ||
	    keyring_seal(rekey->keyring, field, value->row,
		(struct seal_bytes){rekey->text.bytes, length},
		(unsigned char *)rekey->sealed.bytes, err) == -1)
		return -1;
	*to = (struct sealed_value){value->row, rekey->sealed.bytes, value->length};
	rekey->outcome->passwords++;
	return 0;
}

static int
rekey_request(
    void *closure, const struct sealed_value *value, struct sealed_value *to, struct error *err)
{
	return rekey_password(closure, SEAL_REQUEST_PASSWORD, value, to, err);
}

static int
rekey_store(
    void *closure, const struct sealed_value *value, struct sealed_value *to, struct error *err)
{
	return rekey_password(closure, SEAL_STORE_PASSWORD, value, to, err);
}

/* Data keys come last, for passwords of earlier versions may have new ones by then. */
static int
rekey_seal_all(struct rekey *rekey, struct error *err)
{
	struct database *db = rekey->db;

	if (db_begin(db, err) == -1 ||
	    db_sealed_change(db, SEALED_OLD_REQUESTS, rekey_request, rekey, err) == -1 ||
	    db_sealed_change(db, SEALED_OLD_STORES, rekey_store, rekey, err) == -1 ||
	    db_sealed_change(db, SEALED_DATA_KEYS, rekey_data_key, rekey, err) == -1)
		return -1;
	return key_bind(rekey->key, db, err);
}

/* ---- all ---------------------------------------------------------------------------------- */

/* Until the commit the new key seals nothing, and is taken away again. */
static int
rekey_carry_out(struct rekey *rekey, const char *database, struct error *err)
{
	if (rekey_spare(rekey, database, err) == -1)
		return -1;
	if (rekey_make(rekey, err) == -1 || rekey_seal_all(rekey, err) == -1) {
		db_rollback(rekey->db);
		if (rekey->made)
			unlink(rekey->new_path);
		return -1;
	}
	if (db_commit(rekey->db, err) == -1) {
		db_rollback(rekey->db);
		return -1;
	}
	return rekey_publish(rekey, database, err);
}

/* The names of both files: 0, or -1 and err. */
static int
rekey_name(struct rekey *rekey, const char *key_file, struct error *err)
{
	rekey->new_path = key_new_name(key_file);
	if (rekey->new_path != NULL)
		rekey->path = strndup(rekey->new_path, strlen(rekey->new_path) - strlen(".new"));
	if (rekey->path != NULL)
		return 0;
	error_memory(err);
	return -1;
}

static void
rekey_release(struct rekey *rekey)
{
	keyring_close(rekey->keyring);
	secret_close(rekey->key);
	if (rekey->lock != -1)
		close(rekey->lock);
	free(rekey->path);
	free(rekey->new_path);
	buffer_release(&rekey->text);
	buffer_release(&rekey->sealed);
}

int
rekey_database(const struct context *context, struct database *db, struct rekey_outcome *outcome,
    struct error *err)
{
	struct rekey rekey = {.db = db, .outcome = outcome, .lock = -1};
	int rc = -1;

	*outcome = (struct rekey_outcome){0};
	if (rekey_name(&rekey, context->key_file, err) == 0 && rekey_lock(&rekey, err) == 0)
		rekey.keyring = keyring_open(context, db, err);
	if (rekey.keyring != NULL) {
		outcome->finished = keyring_is_new(rekey.keyring);
		rc = outcome->finished ? rekey_publish(&rekey, context->database, err)
				       : rekey_carry_out(&rekey, context->database, err);
	}
	rekey_release(&rekey);
	return rc;
}
