"""Faults of the rules of rule-templates/guard: each is a change to the text of a rule."""

import re
from collections.abc import Callable

Edit = Callable[[str], str]


def replaced(old: str, new: str) -> Edit:
    """Returns the edit that replaces the first occurrence of a text."""
    return lambda text: text.replace(old, new, 1)


def matched(old: str, new: str) -> Edit:
    """Returns the edit that replaces the first match of a pattern."""
    return lambda text: re.sub(old, new, text, count=1)


def without(words: str) -> Edit:
    """Returns the edit that removes the clause that begins with these words, and its message."""
    return matched(rf"\n +{re.escape(words)}(?:[^\n]* or\n)*[^\n]*(?:\n +<<[^>]*>>)?(?=\n)", "")


IS_FALSE = "Properties.PubliclyAccessible == /(?i)^false$/"
RULE_FAULTS: dict[str, Edit] = {
    "another type": matched(r"(AWS::DMS::)\w+", r"\1ReplicationTask"),
    "loops are not evaluated": replaced(".*[2].*", ".*[7].*"),
    "never applies": matched(r"(rule dms_\w+ when) [^{]*", r"\1 Nothing exists "),
    "one resource is enough": matched(r"\n    %resources {", "\n    some %resources[*] {"),
    "an unset property passes": lambda text: without("Properties.PubliclyAccessible exists")(text).replace(
        "PubliclyAccessible !is_struct {",
        "PubliclyAccessible !is_struct Properties.PubliclyAccessible exists {",
    ),
    "Properties may be spelt otherwise": without("this[ keys == 'Properties' ] !empty"),
    "PubliclyAccessible may be spelt otherwise": without("Properties[ keys == /^(?!PubliclyAccessible$)"),
    "only camelCase is another spelling": matched(
        r"\(\?!PubliclyAccessible\$\).*accessible\[.*\*\$/ ]", "publiclyAccessible$/ ]"
    ),
    "another spelling passes beside the right one": matched(
        r"keys == /\^\(\?!PubliclyAccessible\$\)[^]]*\][^]]*\][^]]*\] empty", "keys == 'PubliclyAccessible' ] !empty"
    ),
    "lists pass": without("Properties.PubliclyAccessible !is_list"),
    "true passes instead of false": replaced(
        "Properties.PubliclyAccessible == false or", "Properties.PubliclyAccessible == true or"
    ),
    "the text false fails": replaced(IS_FALSE, "Properties.PubliclyAccessible == 'no'"),
    "only lower case passes": replaced(IS_FALSE, "Properties.PubliclyAccessible == 'false'"),
    "what begins with false passes": replaced(IS_FALSE, "Properties.PubliclyAccessible == /(?i)^false/"),
    "what ends with false passes": replaced(IS_FALSE, "Properties.PubliclyAccessible == /(?i)false$/"),
    "any word passes": replaced(IS_FALSE, "Properties.PubliclyAccessible is_string"),
    "deployment may decide": without("allows_only_false(Properties.PubliclyAccessible) or"),
    "any parameter passes": without("is_false(%parameters"),
    "parameters of any type pass": without("%parameters[ keys == %name ].Type"),
    "parameters from a macro pass": without("%parameters[ keys == /^Fn::/ ] empty"),
    "the first branch is not evaluated": without("is_false(this.'Fn::If'[1])"),
    "the second branch is not evaluated": without("is_false(this.'Fn::If'[2])"),
    "a list in a branch passes": without("this is_bool or this is_string"),
    "transforms of the resource pass": without("this[ keys == /^Fn::"),
    "transforms of the properties pass": without("Properties[ keys == /^Fn::"),
    "macros pass": without("Transform !exists"),
    "transforms of the template pass": without("this[ keys == 'Fn::Transform' ] empty"),
    "a reference with other keys passes": without("this[ keys != 'Ref' ] empty"),
    "Fn::If with other keys passes": without("this[ keys != 'Fn::If' ] empty"),
    "a condition of any kind passes": without("this.'Fn::If'[0] is_string"),
    "three branches pass": without("this.'Fn::If'[3] !exists"),
    "the first of several transforms decides": replaced("Transform[*] in", "some Transform[*] in"),
    "harmless transforms fail": replaced("'AWS::Serverless-2016-10-31'", "'AWS::Other'"),
    "loops fail": replaced("'AWS::LanguageExtensions'", "'AWS::Other'"),
}
