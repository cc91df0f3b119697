#include "read/spreadsheet.h"

#include <string.h>

static const char *const spreadsheet_errors[] = {
    /* Excel, LibreOffice, Google Sheets */
    "#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!", "#SPILL!", "#CALC!",
    "#GETTING_DATA", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#BUSY!", "#UNKNOWN!", "#EXTERNAL!",
    "#PYTHON!", "#TIMEOUT!", "#ERROR!",
    /* German */
    "#NV", "#BEZUG!", "#WERT!", "#ZAHL!", "#\303\234BERLAUF!", "#KALK!", "#FELD!", "#BLOCKIERT!",
    /* French */
    "#VALEUR!", "#NOM?", "#NOMBRE!", "#NUL!", "#PROPAGATION!",
    /* Spanish, with and without the mark in front; Portuguese, Italian */
    "#N/D", "#\xc2\xa1VALOR!", "#\xc2\xa1REF!", "#\xc2\xa1NUM!", "#\xc2\xa1NULO!",
    "#\302\241DIV/0!", "#\xc2\xbfNOMBRE?", "#VALOR!", "#NOMBRE?", "#NOME?", "#NULO!", "#VALORE!",
    "#RIF!", "#NULLO!",
    /* Dutch */
    "#N/B", "#WAARDE!", "#NAAM?", "#VERW!", "#GETAL!", "#DEEL/0!", "#LEEG!",
    /* numbers of LibreOffice */
    "Err:501", "Err:502", "Err:503", "Err:504", "Err:508", "Err:509", "Err:511", "Err:512",
    "Err:522", "Err:523", "Err:532", "Err:540"};

const char *
spreadsheet_error(const char *text, size_t length)
{
	while (length > 0 && (text[0] == ' ' || text[0] == '\t')) {
		text++;
		length--;
	}
	while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t'))
		length--;
	if (length < 3 || (text[0] != '#' && text[0] != 'E'))
		return NULL;
	for (size_t i = 0; i < sizeof(spreadsheet_errors) / sizeof(spreadsheet_errors[0]); i++)
		if (strlen(spreadsheet_errors[i]) == length &&
		    memcmp(text, spreadsheet_errors[i], length) == 0)
			return spreadsheet_errors[i];
	return NULL;
}
