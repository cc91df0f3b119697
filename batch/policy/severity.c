#include "policy/replace_private.h"

/* Whether a check is made, and whether what it says rejects the row: --allow, --deny. */

void
policy_known(struct messages *messages, enum code code, bool known)
{
	if (!known)
		messages->unchecked |= CODE_BIT(code);
}

struct message
policy_failure(const struct policy *policy, enum code code, const char *field)
{
	return (struct message){
	    .code = code, .rejects = (policy->allow & CODE_BIT(code)) == 0, .field = field};
}

struct message
policy_warning(const struct policy *policy, enum code code, int64_t location)
{
	return (struct message){
	    .code = code, .rejects = (policy->deny & CODE_BIT(code)) != 0, .location = location};
}

const char *
policy_new_field(const struct request *request)
{
	return request_field_word(
	    request->request != 0 ? REQUEST_FIELD_REQUEST : REQUEST_FIELD_CERTIFICATE);
}
