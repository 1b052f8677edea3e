#!/bin/sh
# Deploys the rules to an organization: deploy.sh --help. It only adds and updates; it never deletes.
set -eu
LC_ALL=C
AWS_PAGER=
export LC_ALL AWS_PAGER

usage() {
    cat <<'END'
Deploys the function and the rules to the accounts and Regions of an organization.

  deploy.sh stackset OPTIONS    a function in each account and Region, by a StackSet
  deploy.sh central OPTIONS     one function in each Region, organization rules, and a role in each account by a StackSet

Required: --zip, --sha256, --buckets, --regions and --units; central also --parameter Rules=... There must be: the AWS CLI
with credentials, an organization with trusted access for StackSets, and in each account and Region a recorder of AWS
Config. central: you are the delegated administrator of AWS Config and CloudFormation. For example, to see what it would do:

  deploy.sh stackset --zip bootstrap-x86_64.zip --sha256 "$(grep bootstrap-x86_64 SHA256SUMS | cut -c 1-64)" \
      --buckets example-dms-rule --regions us-east-1,eu-west-1 --units ou-abcd-11111111 --parameter Rules=all --dry-run

It reads what is there, prints what it will do, and does it after you type yes. Run it again after any interruption: what
is done already is left as it is. Nothing is ever deleted. It ends at the first failure, with a list of what is not done.

  --zip FILE            the function's zip
  --sha256 HEX          its SHA-256, as SHA256SUMS or `package` prints it; another file is rejected
  --buckets PREFIX      the buckets are named PREFIX-REGION
  --regions LIST        Regions, with commas between them
  --units LIST          organizational units (ou-... or r-...), with commas between them
  --operations          the rules on operation and tags, with a function of their own; without it, the rules on exposure,
                        connections and encryption. Run deploy.sh once for each
  --name NAME           of the StackSet and of the central stacks (dms-rule, or dms-rule-operations with --operations)
  --parameter NAME=VALUE
                        a parameter of the template, such as Rules=all; may be given several times. One that is not
                        given keeps the value that it has
  --organization ID     o-...; otherwise AWS Organizations is queried
  --home REGION         the Region that the StackSet is kept in (the first of --regions)
  --failure-tolerance N percentage of the accounts that may fail in a Region (10)
  --call-as-delegated   you are a delegated administrator of CloudFormation, not in the management account
  --by-account          central: organization-central-by-account.yaml, or the one of --operations, which needs
                        --parameter AccountIds=LIST
  --poll SECONDS        between two queries while CloudFormation works (20)
  --dry-run             prints what it would do, and ends
  --yes                 does it without a question

Exit codes: 0 all is done (or, with --dry-run, listed), 1 it is not, 2 an option is wrong.
END
}

wrong() {
    trap 'rm -rf "$work"' EXIT
    printf 'deploy.sh: %s\n' "$1" >&2
    exit 2
}

# ---- options

work=$(mktemp -d)
code=0
exec 9>&2
: >"$work/parameters"
: >"$work/plan"
: >"$work/done"
trap 'rm -rf "$work"' EXIT

form=${1-}
case $form in
stackset | central) shift ;;
-h | --help)
    usage
    exit 0
    ;;
*) wrong 'give stackset or central; --help lists the options' ;;
esac
zip='' sha256='' prefix='' regions='' units='' name='' organization='' home='' tolerance=10 delegated='' poll=20
by_account='' operations='' dry_run='' yes=''
while [ $# -gt 0 ]; do
    option=$1
    shift
    case $option in
    -h | --help)
        usage
        exit 0
        ;;
    --call-as-delegated) delegated=yes ;;
    --by-account) by_account=yes ;;
    --operations) operations=-operations ;;
    --dry-run) dry_run=yes ;;
    --yes) yes=yes ;;
    --zip | --sha256 | --buckets | --regions | --units | --name | --parameter | --organization | --home | --failure-tolerance | --poll)
        [ $# -gt 0 ] || wrong "$option needs a value"
        case $option in
        --zip) zip=$1 ;;
        --sha256) sha256=$(printf '%s' "$1" | tr A-F a-f) ;;
        --buckets) prefix=$1 ;;
        --regions) regions=$1 ;;
        --units) units=$1 ;;
        --name) name=$1 ;;
        --organization) organization=$1 ;;
        --home) home=$1 ;;
        --failure-tolerance) tolerance=$1 ;;
        --poll) poll=$1 ;;
        --parameter)
            case $1 in *[[:cntrl:]]*) wrong 'a parameter has a control character' ;; esac
            printf '%s\n' "$1" >>"$work/parameters"
            ;;
        esac
        shift
        ;;
    *) wrong "there is no option $option" ;;
    esac
done

missing=''
[ -n "$zip" ] || missing="$missing --zip"
[ -n "$sha256" ] || missing="$missing --sha256"
[ -n "$prefix" ] || missing="$missing --buckets"
[ -n "$regions" ] || missing="$missing --regions"
[ -n "$units" ] || missing="$missing --units"
[ -z "$missing" ] || wrong "these options are missing:$missing; --help has an example"

# Ends if a value does not have the form that is expected: option, value, extended regular expression of the whole.
expect() {
    case $2 in *[[:cntrl:]]*) wrong "$1 has a control character" ;; esac
    printf '%s\n' "$2" | grep -Eqx -e "$3" || wrong "$1 is \`$2\`, expected $3"
}
region='[a-z]{2}(-[a-z]+)+-[0-9]+'
unit='(ou-[a-z0-9]{4,32}-[a-z0-9]{8,32}|r-[a-z0-9]{4,32})'
expect --sha256 "$sha256" '[0-9a-f]{64}'
expect --buckets "$prefix" '[a-z0-9][a-z0-9-]*'
expect --regions "$regions" "$region(,$region)*"
expect --units "$units" "$unit(,$unit)*"
expect --name "${name:=dms-rule$operations}" '[a-zA-Z][a-zA-Z0-9-]{0,100}'
expect --home "${home:=${regions%%,*}}" "$region"
expect --failure-tolerance "$tolerance" '[0-9]{1,2}|100'
expect --poll "$poll" '[0-9]{1,4}'
regions=$(printf '%s' "$regions" | tr , '\n' | awk '!seen[$0]++' | tr '\n' ' ')
units=$(printf '%s' "$units" | tr , '\n' | awk '!seen[$0]++' | tr '\n' ' ')
for one in $regions; do
    bucket=$prefix-$one
    [ ${#bucket} -le 63 ] || wrong "the name of the bucket $bucket has more than 63 characters"
done
if [ ! -f "$zip" ] || [ ! -r "$zip" ]; then wrong "--zip is \`$zip\`, expected a file that can be read"; fi

here=$(cd "$(dirname "$0")" && pwd)
templates=$here/cloudformation
capabilities=CAPABILITY_IAM
template=$templates/single-account$operations.yaml
if [ "$form" = central ]; then
    template=$templates/organization-central$operations.yaml
    if [ -n "$by_account" ]; then
        template=$templates/organization-central-by-account$operations.yaml
        capabilities='CAPABILITY_IAM CAPABILITY_AUTO_EXPAND'
    fi
elif [ -n "$by_account" ]; then
    wrong '--by-account is for central'
fi
while IFS= read -r line; do
    expect --parameter "${line%%=*}" '[A-Za-z0-9]+'
    case $line in *=*) ;; *) wrong "--parameter is \`$line\`, expected NAME=VALUE" ;; esac
    case ${line%%=*} in
    CodeS3Bucket | CodeS3BucketPerRegion | CodeS3Key | CodeS3ObjectVersion | OrganizationId) wrong "deploy.sh sets ${line%%=*} itself" ;;
    esac
    grep -q "^  ${line%%=*}:\$" "$template" || wrong "${line%%=*} is no parameter of $(basename "$template")"
done <"$work/parameters"
twice=$(cut -d= -f1 "$work/parameters" | sort | uniq -d)
[ -z "$twice" ] || wrong "$twice is given twice"
if [ "$form" = central ] && ! grep -q '^Rules=.' "$work/parameters"; then wrong 'central needs --parameter Rules=all, or names of rules'; fi

# The members of the two functions trust one of them each.
if [ "$form$operations" = central-operations ] && ! grep -q '^MemberRoleName=' "$work/parameters"; then
    printf 'MemberRoleName=DmsRuleOperationsMember\n' >>"$work/parameters"
fi

if command -v sha256sum >/dev/null; then sum=$(sha256sum <"$zip"); else sum=$(shasum -a 256 <"$zip"); fi
[ "${sum%% *}" = "$sha256" ] || wrong "the SHA-256 of the zip is ${sum%% *}, expected $sha256"
# The checksum as S3 requires it, which then rejects other bytes.
checksum=$(printf '%s\n' "$sha256" | fold -w 2 | while read -r byte; do
    printf '%b' "\\0$(printf '%03o' "0x$byte")"
done | base64)
# A key with the checksum in it: a new zip has a new key, so that the stacks are updated.
key=dms-rule/$sha256/bootstrap.zip

# ---- calls of AWS

phase=plan
# Prints what is done and what is not, and ends.
stop() {
    trap 'rm -rf "$work"' EXIT
    printf '\ndeploy.sh: %s\n' "$1" >&9
    [ ! -s "$work/error" ] || sed 's/^/  /' "$work/error" >&9
    if [ "$phase" = act ]; then
        printf 'Done: %s of %s steps. Not done:\n' "$(grep -c '' "$work/done" || :)" "$(grep -c '' "$work/plan" || :)" >&9
        grep -Fvx -f "$work/done" "$work/plan" | sed 's/^/  /' >&9 || printf '  nothing that was planned\n' >&9
        printf 'Nothing was deleted. Run the same command again to go on.\n' >&9
    fi
    exit 1
}
trap 'stop "interrupted"' HUP INT TERM
trap 'code=$?; [ "$code" -eq 0 ] || stop "it ended with $code"; rm -rf "$work"' EXIT

# Runs a query, and keeps its output in $response. Returns 1 if the error is one that states that something does not
# exist (the first argument, an extended regular expression); ends with any other error.
query() {
    absent=$1
    shift
    if "$@" >"$work/response" 2>"$work/problem"; then
        response=$(cat "$work/response")
        return 0
    fi
    grep -Eq "$absent" "$work/problem" || {
        cat "$work/problem" >"$work/error"
        stop "a query failed: $*"
    }
    response=''
    return 1
}
never='^no error is expected$'

# Carries out a step: its description, its command. In the plan, the step is listed instead.
step() {
    if [ "$phase" = plan ]; then
        printf '%s\n' "$1" >>"$work/plan"
        return
    fi
    description=$1
    shift
    printf 'now:  %s\n' "$description"
    "$@" >"$work/output" 2>"$work/error" || stop "failed: $description"
    printf '%s\n' "$description" >>"$work/done"
    printf 'done: %s\n' "$description"
}

s3() {
    operation=$1
    shift
    aws s3api "$operation" --region "$place" --bucket "$bucket" --expected-bucket-owner "$account" "$@"
}

sets() {
    aws cloudformation "$@" --region "$home" ${delegated:+--call-as DELEGATED_ADMIN}
}

stacks() {
    operation=$1
    shift
    aws cloudformation "$operation" --region "$place" --stack-name "$name" "$@"
}

# ---- buckets

create_bucket() {
    if [ "$place" = us-east-1 ]; then
        aws s3api create-bucket --region "$place" --bucket "$bucket" --object-ownership BucketOwnerEnforced
    else
        aws s3api create-bucket --region "$place" --bucket "$bucket" --object-ownership BucketOwnerEnforced \
            --create-bucket-configuration "LocationConstraint=$place"
    fi
}

# Prints the names and values of a policy in an order of their own: S3 may give it back in another order, and a list of
# one value as the value.
words_of() {
    tr -d '\n' | grep -o '"[^"]*"' | sort
}

# Makes the bucket of a Region, and uploads the zip. What somebody set otherwise, other than a public bucket, is kept or
# ends the run.
bucket_of_region() {
    bucket=$prefix-$place
    exists=yes
    if query '\(NoSuchBucket\)' s3 get-bucket-location --query LocationConstraint --output text; then
        case $response in None | '') response=us-east-1 ;; EU) response=eu-west-1 ;; esac
        [ "$response" = "$place" ] || stop "the bucket $bucket is in $response, expected $place"
    else
        exists=''
        step "create the bucket $bucket" create_bucket
    fi
    all_blocked='True	True	True	True'
    if [ -z "$exists" ] || ! query '\(NoSuchPublicAccessBlockConfiguration\)' s3 get-public-access-block --output text \
        --query 'PublicAccessBlockConfiguration.[BlockPublicAcls,IgnorePublicAcls,BlockPublicPolicy,RestrictPublicBuckets]' ||
        [ "$response" != "$all_blocked" ]; then
        step "block public access to $bucket" s3 put-public-access-block --public-access-block-configuration \
            BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true
    fi
    if [ -z "$exists" ] || ! query '\(ServerSideEncryptionConfigurationNotFoundError\)' s3 get-bucket-encryption; then
        step "encrypt $bucket" s3 put-bucket-encryption --server-side-encryption-configuration \
            '{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"}}]}'
    fi
    if [ -z "$exists" ] || ! query "$never" s3 get-bucket-versioning --query Status --output text ||
        [ "$response" != Enabled ]; then
        step "keep all versions in $bucket" s3 put-bucket-versioning --versioning-configuration Status=Enabled
    fi
    if [ "$form" = stackset ]; then
        policy=$(sed -e "s/\${partition}/$partition/" -e "s/\${code_bucket}/$bucket/" \
            -e "s/\${organization_id}/$organization/" "$here/iam/code-bucket.json" | tr -d ' \n')
        if [ -z "$exists" ] || ! query '\(NoSuchBucketPolicy\)' s3 get-bucket-policy --query Policy --output text; then
            step "let the organization $organization read $bucket" s3 put-bucket-policy --policy "$policy"
        elif [ "$(printf '%s' "$response" | words_of)" != "$(printf '%s' "$policy" | words_of)" ]; then
            stop "the bucket $bucket has another policy, which is not replaced. Add this one to it, or use other buckets: $policy"
        fi
    fi
    if [ -z "$exists" ] || ! query '\((404|NoSuchKey)\)' s3 head-object --key "$key" --checksum-mode ENABLED \
        --query ChecksumSHA256 --output text || [ "$response" != "$checksum" ]; then
        step "upload the zip to s3://$bucket/$key" s3 put-object --key "$key" --body "$zip" \
            --content-type application/zip --checksum-algorithm SHA256 --checksum-sha256 "$checksum"
    fi
}

# ---- StackSets

# Waits for an operation of the StackSet $1 with the id $2; fails unless it succeeded.
wait_for() {
    while :; do
        query "$never" sets describe-stack-set-operation --stack-set-name "$1" --operation-id "$2" \
            --query StackSetOperation.Status --output text
        case $response in
        SUCCEEDED) return 0 ;;
        RUNNING | QUEUED | STOPPING) sleep "$poll" ;;
        *)
            printf 'the operation %s of the StackSet %s is %s\n' "$2" "$1" "$response" >&2
            return 1
            ;;
        esac
    done
}

# Starts an operation and waits for its end: name of the StackSet, command.
operate() {
    set_name=$1
    shift
    id=$("$@" --query OperationId --output text) || return 1
    wait_for "$set_name" "$id"
}

let_end() {
    wait_for "$@" || printf 'it is followed by those of this run\n'
}

# Waits until no earlier operation runs: CloudFormation rejects a second one.
settle() {
    query "$never" sets list-stack-set-operations --stack-set-name "$1" \
        --query "Summaries[?Status=='RUNNING'||Status=='QUEUED'||Status=='STOPPING'].OperationId" --output text
    for id in $response; do
        [ "$id" = None ] || step "wait for the operation $id of $1" let_end "$1" "$id"
    done
}

# Writes lines NAME=VALUE as a list of parameters in JSON; the second file names parameters that keep their value.
parameters_json() {
    {
        sed -e 's/[\\"]/\\&/g' -e 's/^\([^=]*\)=\(.*\)$/{"ParameterKey":"\1","ParameterValue":"\2"}/' "$1"
        cut -d= -f1 "$1" | grep -Fvx -f - "$2" | sed 's/.*/{"ParameterKey":"&","UsePreviousValue":true}/' || :
    } | paste -sd, - | sed -e 's/^/[/' -e 's/$/]/'
}

create_set() { # name, template, capability
    sets create-stack-set --stack-set-name "$1" --permission-model SERVICE_MANAGED --capabilities "$3" \
        --auto-deployment Enabled=true,RetainStacksOnAccountRemoval=false --template-body "file://$2" \
        --parameters "file://$work/$1.json"
}

update_set() { # name, template, capability
    operate "$1" sets update-stack-set --stack-set-name "$1" --capabilities "$3" --template-body "file://$2" \
        --parameters "file://$work/$1.json" --operation-preferences "$preferences"
}

create_instances() { # name, Regions, units
    # shellcheck disable=SC2086 # lists of checked names
    operate "$1" sets create-stack-instances --stack-set-name "$1" --regions $2 \
        --deployment-targets "OrganizationalUnitIds=$(printf '%s' "$3" | sed 's/ *$//' | tr ' ' ,)" --operation-preferences "$preferences"
}

# Makes a StackSet as the file $work/NAME.parameters has its parameters, and its instances: name, template, capability,
# Regions.
stack_set() {
    : >"$work/kept"
    if query '\(StackSetNotFoundException\)' sets describe-stack-set --stack-set-name "$1" --query StackSet.PermissionModel --output text; then
        [ "$response" = SERVICE_MANAGED ] || stop "the StackSet $1 is $response, expected SERVICE_MANAGED"
        settle "$1"
        query "$never" sets describe-stack-set --stack-set-name "$1" --query StackSet.TemplateBody --output text
        body=$response
        # One name and value a line; neither has a control character.
        query "$never" sets describe-stack-set --stack-set-name "$1" --output text \
            --query 'StackSet.Parameters[].[ParameterKey,ParameterValue]'
        printf '%s\n' "$response" | tr '\t' '=' | grep '=' >"$work/present" || :
        cut -d= -f1 "$work/present" >"$work/kept"
        parameters_json "$work/$1.parameters" "$work/kept" >"$work/$1.json"
        if [ "$body" != "$(cat "$2")" ] || grep -Fvxq -f "$work/present" "$work/$1.parameters"; then
            step "update the StackSet $1" update_set "$1" "$2" "$3"
        fi
    else
        parameters_json "$work/$1.parameters" "$work/kept" >"$work/$1.json"
        step "create the StackSet $1" create_set "$1" "$2" "$3"
    fi
    : >"$work/instances"
    if query '\(StackSetNotFoundException\)' sets list-stack-instances --stack-set-name "$1" --output text \
        --query 'Summaries[].[OrganizationalUnitId,Region]'; then
        printf '%s\n' "$response" | tr '\t' ' ' >"$work/instances"
    fi
    # Units that lack the same Regions are one operation.
    for one in $units; do
        lacking=''
        for candidate in $4; do
            grep -Fxq "$one $candidate" "$work/instances" || lacking="$lacking$candidate "
        done
        [ -z "$lacking" ] || printf '%s|%s\n' "$lacking" "$one"
    done | sort | awk -F'|' '$1 != last {if (last) print last "|" all; last = $1; all = ""} {all = all $2 " "} END {if (last) print last "|" all}' >"$work/lacking"
    while IFS='|' read -r lacking all <&3; do
        step "deploy the StackSet $1 to ${all% } in ${lacking% }" create_instances "$1" "$lacking" "$all"
    done 3<"$work/lacking"
}

# Ends if an instance of the StackSet failed.
check_instances() {
    query "$never" sets list-stack-instances --stack-set-name "$1" --output text --query \
        "Summaries[?Status=='INOPERABLE'||StackInstanceStatus.DetailedStatus=='FAILED'||StackInstanceStatus.DetailedStatus=='CANCELLED'].[Account,Region,StackInstanceStatus.DetailedStatus,StatusReason]"
    [ -z "$response" ] || {
        printf '%s\n' "$response" >"$work/error"
        stop "stacks of $1 failed. Correct the cause, then: aws cloudformation update-stack-instances --stack-set-name $1"
    }
}

# ---- central function

deploy_stack() { # the rest are overrides
    # shellcheck disable=SC2086 # one or two capabilities
    aws cloudformation deploy --region "$place" --stack-name "$name" --template-file "$template" --capabilities $capabilities \
        --no-fail-on-empty-changeset --parameter-overrides "CodeS3Bucket=$prefix" CodeS3BucketPerRegion=true \
        "CodeS3Key=$key" "OrganizationId=$organization" "$@" 2>"$work/problem" || {
        cat "$work/problem" >&2
        grep -q 'No updates are to be performed' "$work/problem" # a stack that is as it should be
    }
}

# Deploys the central stack of a Region: $with_rules is `yes`, `no` (it keeps those it has) or `first` (none).
central() {
    set --
    while IFS= read -r line <&3; do
        case $line in Rules=*) [ "$with_rules" = yes ] || continue ;; esac
        set -- "$@" "$line"
    done 3<"$work/parameters"
    [ "$with_rules" != first ] || set -- "$@" Rules=none
    deploy_stack "$@"
}

# Sets $response to the status of the central stack of a Region, or to nothing.
status() {
    query 'does not exist' stacks describe-stacks --query 'Stacks[0].StackStatus' --output text || :
}

let_stack_end() {
    while :; do
        status
        case $response in
        *_IN_PROGRESS) sleep "$poll" ;;
        *) return ;;
        esac
    done
}

deploy_central() {
    : >"$work/roles"
    for place in $regions; do
        # A rule needs the roles, and they the function: a new stack has no rules yet, an old one keeps those it has.
        status
        case $response in
        '' | REVIEW_IN_PROGRESS) with_rules=first ;; # the latter is what a killed run leaves before it creates anything
        *_IN_PROGRESS)
            with_rules=no
            step "wait for the stack $name in $place" let_stack_end
            ;;
        *) with_rules=no ;;
        esac
        step "deploy the function of $place (stack $name)" central
        query 'does not exist' stacks describe-stacks --output text \
            --query "Stacks[0].Outputs[?OutputKey=='FunctionRoleArn'].OutputValue" || :
        case $response in
        arn:*:iam::*:role/*) ;;
        *)
            [ "$phase" = plan ] || stop "the stack $name in $place has no output FunctionRoleArn"
            response="the role of $place"
            ;;
        esac
        printf '%s\n' "$response" >>"$work/roles"
   done
    {
        printf 'FunctionRoleArns=%s\nOrganizationId=%s\n' "$(paste -sd, - <"$work/roles")" "$organization"
        grep '^MemberRoleName=' "$work/parameters" || :
    } >"$work/$name-member.parameters"
    stack_set "$name-member" "$templates/organization-member-role.yaml" CAPABILITY_NAMED_IAM "$home"
    with_rules=yes
    for place in $regions; do
        step "create the rules of $place (stack $name)" central
    done
}

# ---- the run

run() {
    for place in $regions; do
        bucket_of_region
    done
    if [ "$form" = stackset ]; then
        {
            printf 'CodeS3Bucket=%s\nCodeS3BucketPerRegion=true\nCodeS3Key=%s\n' "$prefix" "$key"
            cat "$work/parameters"
        } >"$work/$name.parameters"
        stack_set "$name" "$template" CAPABILITY_IAM "$regions"
    else
        deploy_central
    fi
}

preferences=RegionConcurrencyType=PARALLEL,MaxConcurrentPercentage=100,FailureTolerancePercentage=$tolerance
command -v aws >/dev/null || stop 'the AWS CLI is not installed'
query "$never" aws sts get-caller-identity --region "$home" --query '[Account,Arn]' --output text
account=$(printf '%s' "$response" | cut -f1)
partition=$(printf '%s' "$response" | cut -f2 | cut -d: -f2)
if [ -z "$organization" ]; then
    query "$never" aws organizations describe-organization --region "$home" --query Organization.Id --output text
    organization=$response
fi
expect --organization "$organization" 'o-[a-z0-9]{10,32}'

run
if [ -s "$work/plan" ]; then
    printf 'In account %s of the organization %s:\n' "$account" "$organization"
    sed 's/^/  /' "$work/plan"
else
    printf 'Nothing is to be done in account %s of the organization %s.\n' "$account" "$organization"
fi
[ -z "$dry_run" ] || exit 0
if [ -s "$work/plan" ] && [ -z "$yes" ]; then
    [ -t 0 ] || wrong 'nothing was done: without a terminal, --yes is the consent'
    printf 'Type yes to go on: '
    read -r reply || reply=''
    [ "$reply" = yes ] || wrong 'nothing was done'
fi
if [ -s "$work/plan" ]; then
    phase=act
    run
fi
set_name=$name
[ "$form" = stackset ] || set_name=$name-member
check_instances "$set_name"
printf 'All is done. A StackSet does not reach the management account: deploy there by hand.\n'
