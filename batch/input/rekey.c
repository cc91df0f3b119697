#include "input/rekey.h"

#include "buffer.h"
#include "database/sealed.h"
#include "folder.h"
#include "leftover.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct rekey {
	struct database *db;
	struct keyring *keyring;
	char *path, *new_path; /* of the old and the new key file */
	struct secret *key;    /* the new one */
	bool made;             /* its file is there */
	struct rekey_outcome *outcome;
	unsigned char sealed_key[SEAL_KEY_SIZE];
	struct buffer text, sealed; /* a password, in clear and sealed anew */
};

/* ---- the files ---------------------------------------------------------------------------- */

/* A new key file that is there already was left by one that was cut off before its transaction. */
static int
rekey_clear(const struct rekey *rekey, struct error *err)
{
	int fd = open(rekey->new_path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);
	bool ours;

	if (fd == -1 && errno == ENOENT)
		return 0;
	ours = fd != -1 && secret_begins(fd);
	if (fd != -1)
		close(fd);
	if (!ours)
		return error_set(err, ERROR_STORAGE, rekey->new_path,
		    "it is in the way of the new key, and is no key file: expected none");
	if (unlink(rekey->new_path) == -1)
		return error_errno(err, rekey->new_path, "it cannot be removed");
	return 0;
}

/* The new file belongs to whom the old one belongs to. */
static int
rekey_own(const struct rekey *rekey, struct error *err)
{
	struct stat old, new;

	if (stat(rekey->path, &old) == -1 || stat(rekey->new_path, &new) == -1)
		return error_errno(err, rekey->new_path, "the new key file cannot be looked at");
	rekey->outcome->has_other_names = old.st_nlink > 1;
	if (old.st_uid == new.st_uid && old.st_gid == new.st_gid)
		return 0;
	if (chown(rekey->new_path, old.st_uid, old.st_gid) == -1)
		return error_errno(err, rekey->new_path,
		    "the new key file cannot be given to the owner of the old one");
	return 0;
}

static int
rekey_make(struct rekey *rekey, struct error *err)
{
	const struct secret_file file = {.path = rekey->new_path};

	if (rekey_clear(rekey, err) == -1 || secret_create(rekey->new_path, err) == -1)
		return -1;
	rekey->made = true;
	if (rekey_own(rekey, err) == -1 || folder_sync(rekey->new_path, err) == -1)
		return -1;
	rekey->key = secret_open(&file, err);
	return rekey->key == NULL ? -1 : 0;
}

static int
rekey_publish(const struct rekey *rekey, struct error *err)
{
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
	return error_set(err, ERROR_STORAGE, NULL,
	    "%s %lld cannot be opened with the old key: run `pfxreplace verify`; nothing was "
	    "changed",
	    what, (long long)value->row);
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
		return rekey_refuse(value, "the data key of run", err);
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
rekey_carry_out(struct rekey *rekey, struct error *err)
{
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
	return rekey_publish(rekey, err);
}

static void
rekey_release(struct rekey *rekey)
{
	keyring_close(rekey->keyring);
	secret_close(rekey->key);
	free(rekey->path);
	free(rekey->new_path);
	buffer_release(&rekey->text);
	buffer_release(&rekey->sealed);
}

int
rekey_database(const struct context *context, struct database *db, struct rekey_outcome *outcome,
    struct error *err)
{
	struct rekey rekey = {.db = db, .outcome = outcome};
	int rc = -1;

	*outcome = (struct rekey_outcome){0};
	rekey.keyring = keyring_open(context, db, err);
	if (rekey.keyring != NULL) {
		rekey.path = realpath(context->key_file, NULL);
		rekey.new_path = key_new_name(context->key_file);
		outcome->finished = keyring_is_new(rekey.keyring);
		if (rekey.path == NULL && errno == ENOENT) /* only the new one is there */
			rekey.path = strdup(context->key_file);
		if (rekey.path == NULL || rekey.new_path == NULL)
			error_errno(err, context->key_file, "the key file cannot be looked at");
		else
			rc = outcome->finished ? rekey_publish(&rekey, err)
					       : rekey_carry_out(&rekey, err);
	}
	rekey_release(&rekey);
	return rc;
}
