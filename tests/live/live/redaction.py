"""Evidence without secrets."""

import datetime as dt

PLACEHOLDER = "111122223333"
HIDDEN = {"ResultToken", "resultToken", "Krb5FileContents", "Password", "KeyCacheSecretId", "KeyCacheSecretIamArn"}
LEFT_OUT = {"ResponseMetadata", "ReplicationTaskSettings", "TableMappings", "ZipFile", "TemplateBody", "Marker"}
LONGEST = 600
MOST = 5


def trimmed(value: object, account: str) -> object:
    """Returns a request or response without secrets, long texts and long lists, with another account id."""
    if isinstance(value, dict):
        return {
            name: f"(hidden, {len(str(member))} characters)" if name in HIDDEN else trimmed(member, account)
            for name, member in value.items()
            if name not in LEFT_OUT
        }
    if isinstance(value, (list, tuple)):
        shown = [trimmed(member, account) for member in value[:MOST]]
        return shown + ([f"({len(value) - MOST} more)"] if len(value) > MOST else [])
    if isinstance(value, (dt.datetime, dt.date)):
        return value.isoformat()
    if value is None or isinstance(value, (bool, int, float)):
        return value
    text = without_account(str(value), account)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}... ({len(text)} characters)"


def without_account(text: str, account: str) -> str:
    """Returns a text in which the id of the account is replaced."""
    return text.replace(account, PLACEHOLDER) if account else text
