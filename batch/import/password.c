#include "import/password.h"

#include "import/import_private.h"
#include "limits.h"
#include "read/scripted.h"

#include <stdio.h>
#include <string.h>

#define PASSWORD_EXPECTED "expected text or {\"SecretValue\": text}"

void
import_password_release(struct import_password *password)
{
	json_nested_release(&password->nested);
	keyring_close(password->keyring);
	buffer_release(&password->known);
	buffer_release(&password->sealed);
	bitmap_release(&password->given);
}

/* ---- of a record -------------------------------------------------------------------------- */

static int
password_refuse(struct import_fault *fault, const char *text)
{
	snprintf(fault->text, sizeof(fault->text), "%s", text);
	return 0;
}

/* An array, a number or a boolean. */
static int
password_refuse_type(struct import_fault *fault, enum value_type type)
{
	if (type == VALUE_NESTED)
		return password_refuse(fault, "an array: " PASSWORD_EXPECTED);
	if (type == VALUE_BOOLEAN)
		return password_refuse(fault, "a boolean: " PASSWORD_EXPECTED);
	return password_refuse(fault, "a number: " PASSWORD_EXPECTED);
}

static int
password_take(
    struct import_password *password, const struct value *value, struct import_fault *fault)
{
	if (value_is_absent(value))
		return 1;
	if (value->length > LIMIT_FIELD)
		return password_refuse(fault, "longer than 65536 bytes: expected at most that");
	password->text = value->text;
	password->length = value->length;
	return 1;
}

/* Of the object that was opened; it may have none. */
static int
password_take_member(struct import_password *password, struct import_fault *fault)
{
	struct json_nested *nested = &password->nested;
	struct value value;

	if (nested->fault == NULL && json_nested_member(nested, "SecretValue", &value) == -1)
		return -1;
	if (nested->fault != NULL)
		return password_refuse(fault, nested->fault);
	if (!value_is_absent(&value) && value.type != VALUE_TEXT)
		return password_refuse(fault, "SecretValue is no text: " PASSWORD_EXPECTED);
	return password_take(password, &value, fault);
}

int
import_password_parse(
    struct import_password *password, const struct value *value, struct import_fault *fault)
{
	int rc;

	password->text = NULL;
	password->length = 0;
	if (value_is_absent(value))
		return 1;
	rc = json_nested_object(&password->nested, value);
	if (rc == -1)
		return -1;
	if (rc == 1)
		return password_take_member(password, fault);
	if (value->type != VALUE_TEXT)
		return password_refuse_type(fault, value->type);
	if (scripted_is_object(value->text, value->length))
		return password_refuse(fault, SCRIPTED_TEXT);
	return password_take(password, value, fault);
}

/* ---- in the database ---------------------------------------------------------------------- */

static int
password_open_keyring(struct import *import, struct error *err)
{
	struct import_password *password = &import->password;

	if (password->keyring != NULL)
		return 0;
	password->keyring = keyring_open(import->context, import->db, err);
	return password->keyring == NULL ? -1
					 : keyring_prepare(password->keyring, KEYRING_STORES, err);
}

/* Whether the known password is that of the record: 1 or 0; -1 and err. One that is sealed as
 * earlier versions did is sealed anew. */
static int
password_is_known(struct import_password *password, int64_t store, struct error *err)
{
	const struct keyring_value known = {
	    SEAL_STORE_PASSWORD, store, {password->known.bytes, password->known.length}};
	const struct seal_bytes text = {password->text, password->length};
	enum secret_answer answer = seal_is_old(known.sealed)
					? SECRET_REFUSED
					: keyring_holds(password->keyring, &known, text, err);

	return answer == SECRET_FAILED ? -1 : answer == SECRET_GOOD;
}

static int
password_seal(struct import_password *password, int64_t store, struct error *err)
{
	buffer_clear(&password->sealed);
	if (!buffer_reserve(&password->sealed, password->length + SEAL_OVERHEAD))
		return error_memory(err);
	password->sealed.length = password->length + SEAL_OVERHEAD;
	if (keyring_seal(password->keyring, SEAL_STORE_PASSWORD, store,
		(struct seal_bytes){password->text, password->length},
		(unsigned char *)password->sealed.bytes, err) == -1)
		return -1;
	return keyring_keep(password->keyring, err);
}

/* Seals the password of the record: 1; 0 where it is the known one; -1 and err. */
static int
password_set(struct import *import, int64_t store, struct error *err)
{
	struct import_password *password = &import->password;
	int known;

	if (import->options->clear_passwords && bitmap_set(&password->given, (uint64_t)store) == -1)
		return error_memory(err);
	if (password_open_keyring(import, err) == -1)
		return -1;
	known = password_is_known(password, store, err);
	if (known != 0)
		return known == 1 ? 0 : -1;
	if (password_seal(password, store, err) == -1 ||
	    load_password_keep(import->load, store, &password->sealed, err) == -1)
		return -1;
	return 1;
}

/* Removes the known one, unless another record of the command gave it: 1, 0 where there is nothing
 * to do; -1 and err. */
static int
password_clear(struct import *import, int64_t store, struct error *err)
{
	struct import_password *password = &import->password;

	if (password->known.length == 0 || bitmap_has(&password->given, (uint64_t)store))
		return 0;
	return load_password_keep(import->load, store, NULL, err) == -1 ? -1 : 1;
}

int
import_password_keep(struct import *import, const struct load_value *guid, enum load_result *result,
    struct error *err)
{
	struct import_password *password = &import->password;
	int64_t store;
	int rc;

	if (password->text == NULL && !import->options->clear_passwords)
		return 0;
	if (load_password_find(import->load, guid, &store, &password->known, err) == -1)
		return -1;
	rc = password->text != NULL ? password_set(import, store, err)
				    : password_clear(import, store, err);
	if (rc == 1 && *result == LOAD_UNCHANGED)
		*result = LOAD_CHANGED;
	return rc == -1 ? -1 : 0;
}
