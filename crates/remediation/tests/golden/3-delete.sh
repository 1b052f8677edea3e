#!/bin/sh
# 3-delete.sh: deletes the old instance, if no task is left on it.
#
# Made by dms-rule from the plan for the DMS replication instance orders-migration.
# It can be run again after an interruption anywhere. The AWS CLI takes credentials as always.
#
# Values are quoted so that nothing in them is expanded, and not every part uses all of them:
# shellcheck disable=SC2016,SC2034,SC2317
set -eu

# Know before you begin:
# - no tag says that code manages the instance; Terraform leaves no tag of its own; if Terraform manages it, tag it dms-rule:managed-by=terraform and plan again
# - 3.5.4: no instance of this version can be created after 2027-01-31T00:00:00Z; plan the upgrade after the move
# - the new instance has another private address than 10.20.1.17, and no longer the public 52.18.40.9; allow its security groups or subnets at each database instead of an address, before the test
# - orders-db: db.example.com is reached over the internet gateway today, which a private instance cannot use; give the subnets a NAT gateway and allow its address at the server, before the test
# - lake: s3 is reached over a VPC endpoint or NAT from a private instance, and the VPC vpc-0b1946ac has no VPC endpoint for it; create one in the subnets of the instance's subnet group, before the test

# ---- The plan

region='eu-west-1'
old='arn:aws:dms:eu-west-1:123456789012:rep:7QX3ORDERS'
old_json='"arn:aws:dms:eu-west-1:123456789012:rep:7QX3ORDERS"'
old_name='orders-migration'
old_name_json='"orders-migration"'
name='orders-migration-private'
name_json='"orders-migration-private"'
folder='dms-rule-orders-migration-f5bd196d3b6bba52'
old_filter='{"Filters":[{"Name":"replication-instance-arn","Values":["arn:aws:dms:eu-west-1:123456789012:rep:7QX3ORDERS"]}]}'
old_query='to_string(ReplicationInstances[].[ReplicationInstanceStatus,PubliclyAccessible,ReplicationInstanceClass,EngineVersion,AllocatedStorage,MultiAZ,ReplicationSubnetGroup.ReplicationSubnetGroupIdentifier,sort(VpcSecurityGroups[].join('\'' '\'',[VpcSecurityGroupId,Status])),KmsKeyId,PendingModifiedValues.* || '\''none'\''])'
old_facts='[["available",true,"dms.r5.large","3.5.4",200,false,"dms-shared",["sg-0d75a1 active"],"arn:aws:kms:eu-west-1:123456789012:key/1f0c9c3e-5d2c-4d6a-9a44-0f8a52a3a5f1","none"]]'
new_query='to_string(ReplicationInstances[].[ReplicationInstanceClass,EngineVersion,AutoMinorVersionUpgrade,MultiAZ,ReplicationSubnetGroup.ReplicationSubnetGroupIdentifier,sort(VpcSecurityGroups[].join('\'' '\'',[VpcSecurityGroupId,Status])),AvailabilityZone,KmsKeyId,AllocatedStorage >= `200`])'
new_facts='[["dms.r5.large","3.5.4",false,false,"dms-shared",["sg-0d75a1 active"],"eu-west-1a","arn:aws:kms:eu-west-1:123456789012:key/1f0c9c3e-5d2c-4d6a-9a44-0f8a52a3a5f1",true]]'
task_facts='["arn:aws:dms:eu-west-1:123456789012:task:ARCHIVE-2024","stopped","full-load","arn:aws:dms:eu-west-1:123456789012:endpoint:ORDERS-DB","arn:aws:dms:eu-west-1:123456789012:endpoint:LAKE"]
["arn:aws:dms:eu-west-1:123456789012:task:CRM-CDC","running","cdc","arn:aws:dms:eu-west-1:123456789012:endpoint:CRM-DB","arn:aws:dms:eu-west-1:123456789012:endpoint:LAKE"]
["arn:aws:dms:eu-west-1:123456789012:task:ORDERS-CDC","running","full-load-and-cdc","arn:aws:dms:eu-west-1:123456789012:endpoint:ORDERS-DB","arn:aws:dms:eu-west-1:123456789012:endpoint:LAKE"]'
reload='no'
rename='no'
upgrades='yes'
next='2-move.sh'

create() {
  act create-replication-instance '{"AllocatedStorage":200,"AutoMinorVersionUpgrade":false,"AvailabilityZone":"eu-west-1a","EngineVersion":"3.5.4","KmsKeyId":"arn:aws:kms:eu-west-1:123456789012:key/1f0c9c3e-5d2c-4d6a-9a44-0f8a52a3a5f1","MultiAZ":false,"NetworkType":"IPV4","PreferredMaintenanceWindow":"sun:06:00-sun:14:00","PubliclyAccessible":false,"ReplicationInstanceClass":"dms.r5.large","ReplicationInstanceIdentifier":"orders-migration-private","ReplicationSubnetGroupIdentifier":"dms-shared","Tags":[{"Key":"cost centre","Value":"4 711"},{"Key":"dms-rule:replaces","Value":"arn:aws:dms:eu-west-1:123456789012:rep:7QX3ORDERS"},{"Key":"dms-rule:run","Value":"'"$run"'"},{"Key":"team","Value":"data"}],"VpcSecurityGroupIds":["sg-0d75a1"]}'
}

each_endpoint() {
  "$1" '"arn:aws:dms:eu-west-1:123456789012:endpoint:ORDERS-DB"' 'orders-db'
  "$1" '"arn:aws:dms:eu-west-1:123456789012:endpoint:LAKE"' 'lake'
  "$1" '"arn:aws:dms:eu-west-1:123456789012:endpoint:CRM-DB"' 'crm-db'
}

each_task() {
  "$1" '"arn:aws:dms:eu-west-1:123456789012:task:ARCHIVE-2024"' 'task-ARCHIVE-2024-bb7f60ca251c2703' 'archive-2024' '"arn:aws:dms:eu-west-1:123456789012:endpoint:ORDERS-DB"' '"arn:aws:dms:eu-west-1:123456789012:endpoint:LAKE"' 'stopped'
  "$1" '"arn:aws:dms:eu-west-1:123456789012:task:CRM-CDC"' 'task-CRM-CDC-5c5b19e9d63005c3' 'crm-cdc' '"arn:aws:dms:eu-west-1:123456789012:endpoint:CRM-DB"' '"arn:aws:dms:eu-west-1:123456789012:endpoint:LAKE"' 'running'
  "$1" '"arn:aws:dms:eu-west-1:123456789012:task:ORDERS-CDC"' 'task-ORDERS-CDC-95a1433f1f401172' 'orders-cdc' '"arn:aws:dms:eu-west-1:123456789012:endpoint:ORDERS-DB"' '"arn:aws:dms:eu-west-1:123456789012:endpoint:LAKE"' 'running'
}

each_task_back() {
  "$1" '"arn:aws:dms:eu-west-1:123456789012:task:ORDERS-CDC"' 'task-ORDERS-CDC-95a1433f1f401172' 'orders-cdc' '"arn:aws:dms:eu-west-1:123456789012:endpoint:ORDERS-DB"' '"arn:aws:dms:eu-west-1:123456789012:endpoint:LAKE"' 'running'
  "$1" '"arn:aws:dms:eu-west-1:123456789012:task:CRM-CDC"' 'task-CRM-CDC-5c5b19e9d63005c3' 'crm-cdc' '"arn:aws:dms:eu-west-1:123456789012:endpoint:CRM-DB"' '"arn:aws:dms:eu-west-1:123456789012:endpoint:LAKE"' 'running'
  "$1" '"arn:aws:dms:eu-west-1:123456789012:task:ARCHIVE-2024"' 'task-ARCHIVE-2024-bb7f60ca251c2703' 'archive-2024' '"arn:aws:dms:eu-west-1:123456789012:endpoint:ORDERS-DB"' '"arn:aws:dms:eu-west-1:123456789012:endpoint:LAKE"' 'stopped'
}

# ---- What all parts share ----------------------------------------------------------------------------------------

AWS_PAGER=''
AWS_CLI_AUTO_PROMPT=off
AWS_CLI_ERROR_FORMAT=legacy
export AWS_PAGER AWS_CLI_AUTO_PROMPT AWS_CLI_ERROR_FORMAT
umask 077
tab=$(printf '\t')
newline='
'
# Marks the characters U+0080 to U+009F, U+200B to U+200F, U+2028 to U+202E and U+2066 to U+2069 in UTF-8. A mark, unlike
# a removal, leaves no bytes side by side that become such a character.
mark=$(printf 's/\302[\200-\237]/?/g\ns/\342\200[\213-\217\250-\256]/?/g\ns/\342\201[\246-\251]/?/g')

case $0 in
*/*) here=${0%/*} ;;
*) here=. ;;
esac
case $here in
/*) ;;
*) here=./$here ;;
esac
state=$here/$folder
to='' to_json='' from='' may_leave=no must_reach=no late_stops=no

# Removes or marks what could control the terminal or turn the direction of the text.
visible() {
  LC_ALL=C tr -d '\000-\010\013-\037\177' | LC_ALL=C sed "$mark"
}

lower() {
  printf '%s' "$1" | LC_ALL=C tr '[:upper:]' '[:lower:]'
}

say() {
  printf '%s\n' "$1" | visible
}

stop() {
  printf 'stopped: %s\n' "$1" | visible >&2
  exit 1
}

# Waits the given seconds, or those of the environment variable.
pause() {
  sleep "${DMS_RULE_PAUSE:-$1}"
}

# Keeps a text in a file of the run before anything else is done.
keep() {
  printf '%s\n' "$2" >"$state/$1.new" || stop "$state cannot be written"
  mv "$state/$1.new" "$state/$1" || stop "$state cannot be written"
  sync
}

# Shows the error of the AWS CLI.
complain() {
  visible <"$state/error" >&2
}

# Sets `fault` to the code with which DMS rejected an operation, or to nothing: OPERATION. It is in the first line that
# begins as the AWS CLI begins one, in new versions with its name before it; a message, or a later line, may quote another.
read_fault() {
  fault='' line=$(LC_ALL=C sed -n 's/^aws: \[ERROR\]: An error occurred/An error occurred/
/^An error occurred/{
p
q
}' "$state/error")
  code=${line#'An error occurred ('}
  code=${code%%)*}
  case $line in
  "An error occurred ($code) when calling the $1 operation: "* | "An error occurred ($code) when calling the $1 operation (reached max retries: "*)
    fault=$code
    ;;
  esac
}

# Takes the lock, so that no two parts run at the same time. With `new`, begins a run if there is none.
begin() {
  command -v aws >/dev/null || stop 'the AWS CLI is not installed'
  if [ ! -e "$state/run" ] && [ "$1" != new ]; then
    stop "no run is known in $state: run 1-prepare.sh first"
  fi
  mkdir -p "$state" || stop "$state cannot be made"
  if ! (set -C && printf '%s\n' "$$" >"$state/lock") 2>/dev/null; then
    holder=$(cat "$state/lock" 2>/dev/null) || holder=''
    if [ -n "$holder" ] && kill -0 "$holder" 2>/dev/null; then
      stop "another part is running, as the process $holder; if it is not, remove $state/lock"
    fi
    rm -f "$state/lock"
    (set -C && printf '%s\n' "$$" >"$state/lock") 2>/dev/null || stop "$state/lock cannot be taken"
  fi
  trap 'rm -f "$state/lock"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  if [ ! -e "$state/run" ]; then
    keep old "$old_json"
    random=$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')
    [ "${#random}" -eq 16 ] || stop 'no random id can be made'
    keep run "script-$random"
  fi
  [ "$(cat "$state/old")" = "$old_json" ] || stop "$state belongs to the move of another instance"
  run=$(cat "$state/run")
  case $run in
  '' | *[!a-z0-9-]*) stop "$state/run is not readable" ;;
  esac
}

# Sets `answer` to what a query prints; to nothing if DMS finds nothing. Any other error ends the script.
query() {
  if answer=$(aws dms "$1" --region "$region" --output text --cli-input-json "$2" --query "$3" </dev/null 2>"$state/error"); then
    return 0
  fi
  answer=''
  case $1 in
  describe-replication-instances) read_fault DescribeReplicationInstances ;;
  describe-replication-tasks) read_fault DescribeReplicationTasks ;;
  describe-connections) read_fault DescribeConnections ;;
  list-tags-for-resource) read_fault ListTagsForResource ;;
  *) fault='' ;;
  esac
  if [ "$fault" = ResourceNotFoundFault ]; then
    return 0
  fi
  complain
  stop "$1 failed, so nothing is known; nothing was changed by it. Run the script again"
}

# Makes one call that changes something, once: the AWS CLI does not repeat it.
act() {
  say "  aws dms $1 --region $region --cli-input-json '$2'"
  if AWS_MAX_ATTEMPTS=1 aws dms "$1" --region "$region" --output json --cli-input-json "$2" </dev/null >"$state/response" 2>"$state/error"; then
    return 0
  fi
  complain
  return 1
}

# Sets `new` and `new_status` for the instance of this run; to nothing if there is none. `foreign` is set if an instance
# of its name was not created by this run.
find_new() {
  new='' new_status='' foreign=''
  find_named "$name_json"
  if [ -z "$new" ]; then
    find_named "$old_name_json" # after a rename
  fi
  [ -n "$new" ] || return 0
  query list-tags-for-resource "{\"ResourceArn\":\"$new\"}" "to_string([TagList[?Key=='dms-rule:run'].Value,TagList[?Key=='dms-rule:replaces'].Value])"
  if [ "$answer" != "[[\"$run\"],[$old_json]]" ]; then
    foreign=$new new='' new_status=''
  fi
}

find_named() {
  query describe-replication-instances "{\"Filters\":[{\"Name\":\"replication-instance-id\",\"Values\":[$1]}]}" 'ReplicationInstances[].[ReplicationInstanceArn,ReplicationInstanceStatus]'
  [ -n "$answer" ] || return 0
  IFS=$tab read -r found found_status <<EOF
$answer
EOF
  [ "$found" != "$old" ] || return 0
  case $found in
  *[!A-Za-z0-9:-]*) stop "DMS gives an odd ARN: $found" ;;
  arn:*) new=$found new_status=$found_status ;;
  *) stop "DMS gives an odd ARN: $found" ;;
  esac
}

require_new() {
  find_new
  [ -z "$foreign" ] || stop "$foreign has the name of the new instance, and this run did not create it"
}

# Waits until the new instance is available.
wait_for_new() {
  count=0
  while :; do
    require_new
    case $new_status in
    available) return 0 ;;
    failed | incompatible-network | incompatible-credentials | inaccessible-encryption-credentials | storage-full | deleting)
      stop "the new instance is in the status $new_status: run back.sh"
      ;;
    esac
    count=$((count + 1))
    [ "$count" -le 60 ] || stop 'the new instance is not available after an hour: run the script again, or back.sh'
    say "  the new instance is in the status ${new_status:-unknown}"
    pause 60
  done
}

# Proves that the new instance is private: the flag is literally false, and there is no public address.
prove_private() {
  query describe-replication-instances "{\"Filters\":[{\"Name\":\"replication-instance-arn\",\"Values\":[\"$new\"]}]}" "to_string(ReplicationInstances[].[PubliclyAccessible,ReplicationInstancePublicIpAddress || 'none',ReplicationInstancePublicIpAddresses[?@] || 'none'])"
  [ "$answer" = '[[false,"none","none"]]' ] || stop "the new instance is not proved private: $answer. Run back.sh"
  say '  PubliclyAccessible is false, and there is no public address'
}

# Proves that the new instance is as planned.
prove_equal() {
  query describe-replication-instances "{\"Filters\":[{\"Name\":\"replication-instance-arn\",\"Values\":[\"$new\"]}]}" "$new_query"
  [ "$answer" = "$new_facts" ] || stop "the new instance is not as planned: $answer instead of $new_facts. Run back.sh"
}

# Compares the old instance and its tasks with the plan.
check_facts() {
  query describe-replication-instances "$old_filter" "$old_query"
  [ "$answer" = "$old_facts" ] || stop "the old instance is not as planned: ${answer:-it no longer exists} instead of $old_facts. Plan again"
  find_tasks "$old"
  [ -z "$near" ] || stop "a task is on its way to the old instance, or DMS does not say where it is: $near. Plan again"
  answer=$(printf '%s' "$here" | LC_ALL=C sort)
  [ "$answer" = "$task_facts" ] || stop "the tasks are not as planned: ${answer:-none} instead of ${task_facts:-none}. Plan again"
}

# Sets `here` to the facts of the tasks on an instance, one a line, and `near` to those of the tasks that are on their way to
# it, or may be on it: ARN. No filter finds a task that comes from a third instance, or one whose instance is unknown. A task
# that runs or whose move failed is on no way, even if DMS still shows a target.
find_tasks() {
  query describe-replication-tasks '{}' "ReplicationTasks[].[ReplicationInstanceArn || 'unknown',not_null(TargetReplicationInstanceArn,'none') || 'unknown',Status || 'unknown',to_string([ReplicationTaskArn,Status,MigrationType,SourceEndpointArn,TargetEndpointArn])]"
  here='' near='' wanted=$(lower "$1")
  while IFS=$tab read -r on target status facts; do
    if [ -z "$on$facts" ]; then
      continue
    fi
    case $status in
    running | failed-move) target=none ;;
    esac
    if [ "$on" = "$1" ]; then
      here=$here$facts$newline
      continue
    fi
    case $(lower "$on $target") in
    "$wanted "* | *" $wanted" | *[!a-z0-9:\ -]*) near=$near$facts$newline ;;
    'arn:'*' none' | 'arn:'*' arn:'*) ;;
    *) near=$near$facts$newline ;;
    esac
  done <<EOF
$answer
EOF
}

# Tests an endpoint from the new instance: ENDPOINT NAME. With a third word, an earlier success is enough.
test_endpoint() {
  connection="{\"Filters\":[{\"Name\":\"replication-instance-arn\",\"Values\":[\"$new\"]},{\"Name\":\"endpoint-arn\",\"Values\":[$1]}]}"
  tested='' polls=0
  while :; do
    query describe-connections "$connection" 'to_string(Connections[].[Status,LastFailureMessage])'
    case $tested${3-}$answer in
    'earlier[["successful",'*) return 0 ;;
    yes*'[["successful",'*)
      say "  $2: the test is successful"
      return 0
      ;;
    yes*'[["failed",'*) stop "the new instance does not reach $2: $answer. Mend the network and run the script again, or run back.sh" ;;
    *'[["testing",'* | *'[["deleting",'* | yes*) ;;
    *)
      act test-connection "{\"ReplicationInstanceArn\":\"$new\",\"EndpointArn\":$1}" || stop "the test of $2 was not begun: run the script again"
      tested=yes
      ;;
    esac
    polls=$((polls + 1))
    [ "$polls" -le 60 ] || stop "the test of $2 does not end: run the script again"
    pause 5
  done
}

# Proves that the new instance reaches both endpoints of a task: DMS starts it only then.
reach() {
  if [ "$must_reach" = yes ]; then
    test_endpoint "$1" "$1" earlier
    test_endpoint "$2" "$2" earlier
  fi
}

# Sets `status`, `on`, `steady`, `finished` and `broken` (DMS stopped it for an error) of a task; `status` is `busy` for one that DMS is at work on, and for any
# status that is not known, and `gone` for one that no longer exists.
observe_task() {
  query describe-replication-tasks "{\"Filters\":[{\"Name\":\"replication-task-arn\",\"Values\":[$1]}]}" "ReplicationTasks[].[Status || 'unknown',ReplicationInstanceArn || 'unknown',not_null(TargetReplicationInstanceArn,'none') || 'unknown',MigrationType=='cdc' || (MigrationType=='full-load-and-cdc' && ReplicationTaskStats.FullLoadProgressPercent==\`100\` && ReplicationTaskStats.TablesLoading==\`0\` && ReplicationTaskStats.TablesQueued==\`0\`),MigrationType=='full-load' && Status=='stopped' && contains(StopReason || '','FULL_LOAD_ONLY_FINISHED'),contains(StopReason || '','RECOVERABLE_ERROR') || contains(StopReason || '','FATAL_ERROR') || contains(StopReason || '','EXPRESS_LICENSE_LIMITS_REACHED') || contains(StopReason || '','STOPPED_DUE_TO_LOW_MEMORY') || contains(StopReason || '','STOPPED_DUE_TO_LOW_DISK')]"
  status=gone on='' target='' steady='' finished='' broken=''
  [ -n "$answer" ] || return 0
  IFS=$tab read -r status on target steady finished broken <<EOF
$answer
EOF
  case $status$target in
  running* | failed-move* | stoppednone | readynone | failednone) ;;
  *) status=busy ;;
  esac
}

# Moves a task from `from` to `to` and leaves it in its state of before: TASK MARKER NAME SOURCE TARGET.
transfer() {
  stopped='' moved='' resumed='' count=0
  while :; do
    observe_task "$1"
    count=$((count + 1))
    [ "$count" -le 1440 ] || stop "the task $3 takes more than two hours: run the script again"
    case $status:$on in
    gone:*)
      say "  $3: somebody deleted the task"
      return 0
      ;;
    busy:*) ;;
    *:"$to")
      [ -e "$state/$2.open" ] || return 0
      if [ "$status" = running ]; then
        if [ "$late_stops" = yes ] && [ -z "$resumed" ] && [ -e "$state/$2.requested" ]; then
          return 0 # a stop that was requested here may still come into effect
        fi
        close_marker "$2" "$3: it runs"
        return 0
      fi
      if rests_without_us "$2"; then
        close_marker "$2" "$3: its load is complete, or somebody else stopped it: it is not started"
        return 0
      fi
      if [ -z "$resumed" ]; then
        reach "$4" "$5"
        act start-replication-task "{\"ReplicationTaskArn\":$1,\"StartReplicationTaskType\":\"resume-processing\"}" || stop "the task $3 was not resumed: it is stopped. Mend the cause and run the script again"
        resumed=yes count=0
      elif [ "$status" = failed ]; then
        explain "$1" "the task $3 failed after its start. Mend the cause and run the script again, or run back.sh"
      elif [ "$count" -gt 120 ]; then
        stop "the task $3 does not run 10 minutes after its start: run the script again"
      fi
      ;;
    *:"$from")
      if [ "$status" != running ] && [ -e "$state/$2.open" ] && rests_without_us "$2"; then
        close_marker "$2" "$3: its load is complete, or somebody else stopped it: it is not started"
      fi
      leave "$@"
      ;;
    *) stop "the task $3 is on neither of the two instances but on $on" ;;
    esac
    pause 5
  done
}

# Is true for a marked task at rest that no stop of this run has stopped: MARKER.
rests_without_us() {
  [ "$finished" = True ] || [ ! -e "$state/$1.requested" ]
}

# Says that a task is no longer to be started: MARKER WORDS.
close_marker() {
  rm -f "$state/$1.requested" || stop "$state cannot be written"
  mv "$state/$1.open" "$state/$1.closed" || stop "$state cannot be written"
  sync
  say "  $2"
}

# Stops a task, or moves it if it is at rest. Two markers are written before the stop: `.open` says that the task ran, and
# `.requested`, just before the call, that DMS may have accepted a stop. With both, the task is to run again.
leave() {
  if [ "$may_leave" != yes ]; then
    stop "the new instance has a later engine version than the old one: the task $3 cannot be moved back"
  fi
  if [ "$status" = running ]; then
    if [ -n "$stopped" ]; then
      [ "$count" -le 720 ] || stop "the task $3 does not stop: run the script again"
      return 0
    fi
    if [ "$steady" != True ] && [ "$reload" != yes ]; then
      stop "the task $3 is loading tables; those that are not complete would begin again"
    fi
    reach "$4" "$5"
    if [ ! -e "$state/$2.open" ]; then
      rm -f "$state/$2.requested" || stop "$state cannot be written"
      keep "$2.open" "$1"
    fi
    first=''
    if [ ! -e "$state/$2.requested" ]; then
      keep "$2.requested" "$1"
      first=yes
    fi
    if act stop-replication-task "{\"ReplicationTaskArn\":$1}"; then
      stopped=yes
      return 0
    fi
    read_fault StopReplicationTask
    case $first$fault in
    # These mean that DMS did nothing, and no stop was requested before.
    yesInvalidResourceStateFault | yesAccessDeniedFault | yesAccessDeniedException | yesResourceNotFoundFault | yesThrottlingException | yesExpiredTokenException | yesUnrecognizedClientException)
      rm "$state/$2.requested" || stop "$state cannot be written"
      ;;
    esac
    stop "the task $3 was not stopped: run the script again"
  fi
  if [ -z "$moved" ]; then
    [ -n "$to" ] || stop "there is no instance to move the task $3 to"
    reach "$4" "$5"
    act move-replication-task "{\"ReplicationTaskArn\":$1,\"TargetReplicationInstanceArn\":$to_json}" || stop "the move of the task $3 was not begun: mend the cause and run the script again, or run back.sh"
    moved=yes count=0
  elif [ "$status" = failed-move ]; then
    explain "$1" "the move of the task $3 failed. Mend the cause and run the script again, or run back.sh"
  elif [ "$count" -gt 120 ]; then
    stop "the task $3 does not move 10 minutes after the request: run the script again"
  fi
}

# Ends the script with the message of DMS.
explain() {
  query describe-replication-tasks "{\"Filters\":[{\"Name\":\"replication-task-arn\",\"Values\":[$1]}]}" 'to_string(ReplicationTasks[].[StopReason,LastFailureMessage])'
  stop "$2: $answer"
}

# Sets `closed` to the reason for which there is no way back, or to nothing; and `may_leave` to yes if DMS moves tasks from
# the new instance to the old one: it does so to the same or a later version only.
look_back() {
  closed='' may_leave=no
  query describe-replication-instances "$old_filter" "ReplicationInstances[].[ReplicationInstanceStatus || 'unknown',EngineVersion || 'unknown']"
  IFS=$tab read -r old_status old_version <<EOF
$answer
EOF
  case $old_status in
  '') closed='the old instance no longer exists' ;;
  deleting) closed='the old instance is being deleted' ;;
  esac
  if [ -n "$closed" ]; then
    return 0
  fi
  find_new
  [ -n "$new" ] || return 0
  query describe-replication-instances "{\"Filters\":[{\"Name\":\"replication-instance-arn\",\"Values\":[\"$new\"]}]}" 'ReplicationInstances[].[EngineVersion]'
  latest=$(printf '%s\n%s\n' "$old_version" "$answer" | LC_ALL=C sort -t. -k1,1n -k2,2n -k3,3n -k4,4n | tail -n 1)
  case $old_version$answer in
  *[!0-9.]*) ;;
  *) if [ "$latest" = "$old_version" ]; then may_leave=yes; fi ;;
  esac
  if [ "$may_leave" = no ]; then
    each_task look_at_task
  fi
}

look_at_task() {
  observe_task "$1"
  if [ "$on" = "$new" ]; then
    closed='the new instance has a later engine version than the old one, and a task is on it'
  fi
}

# Ends the script if the way back was begun, unless it is closed: then there is only the way forward.
forward_only() {
  if [ -e "$state/back" ]; then
    look_back
    [ -n "$closed" ] || stop 'the way back was begun: finish it with back.sh'
  fi
}

# Proves that no task is on an instance, or on its way to it: ARN JSON WORDS.
prove_no_task_on() {
  query describe-replication-tasks "{\"Filters\":[{\"Name\":\"replication-instance-arn\",\"Values\":[$2]}]}" 'ReplicationTasks[].[to_string([ReplicationTaskArn,ReplicationTaskIdentifier])]'
  [ -z "$answer" ] || stop "a task is still on $3: $answer"
  find_tasks "$1"
  [ -z "$here$near" ] || stop "a task is still on $3, or on its way, or DMS does not say where it is: $here$near"
}

# Saves the tasks and their table statistics under a name.
save() {
  aws dms describe-replication-tasks --region "$region" --output json --cli-input-json "{\"Filters\":[{\"Name\":\"replication-task-arn\",\"Values\":[$2]}]}" </dev/null >"$state/$3.$1.json" || stop "the task $4 could not be saved: run the script again"
  if ! aws dms describe-table-statistics --region "$region" --output json --cli-input-json "{\"ReplicationTaskArn\":$2}" </dev/null >"$state/$3.$1.tables.json" 2>"$state/error"; then
    complain
    say "  $4: DMS gives no table statistics"
  fi
}

save_before() {
  save before "$@"
}

save_after() {
  save after "$@"
}

# ---- Delete the old instance -------------------------------------------------------------------------------------

if [ "${1-}" != "--delete=$old_name" ]; then
  stop "from here there is no way back. To delete the old instance, run this script with the argument --delete=$old_name"
fi
begin old
forward_only
require_new
[ -n "$new" ] || stop 'the new instance does not exist'
wait_for_new
say 'Prove that the new instance is private'
prove_private
if [ ! -e "$state/approved" ] && [ -n "$task_facts" ]; then
  stop 'the tasks were not moved: run 2-move.sh'
fi

# Proves that a task is on the new instance and did not fail there. The old one is the way back of its data. The last word
# is the status of the task in the plan.
arrived() {
  observe_task "$1"
  case $status:$on in
  gone:*) return 0 ;;
  busy:*) stop "DMS is at work on the task $3: wait, and run the script again" ;;
  *:"$new") ;;
  *) stop "the task $3 is not on the new instance: run 2-move.sh" ;;
  esac
  ran=yes
  case $6 in
  stopped | ready | failed | failed-move) ran=no ;;
  esac
  if [ -e "$state/$2.open" ] || [ -e "$state/$2.closed" ]; then
    ran=yes
  fi
  if [ "$status" = failed ]; then
    if [ "$ran" = yes ] || [ "$6" != failed ]; then
      explain "$1" "the task $3 failed on the new instance: mend the cause and start it before the old instance is deleted"
    fi
  elif [ "$status" != running ] && [ "$ran" = yes ] && [ "$broken" != False ]; then
    explain "$1" "DMS stopped the task $3 on the new instance: mend the cause and start it before the old instance is deleted"
  fi
  [ ! -e "$state/$2.open" ] || stop "the task $3 was stopped and is not known to run again: run 2-move.sh"
}
# Sets `old_status` to that of the old instance; to nothing if the listing of all instances, which has the new one, does not
# have it.
find_old() {
  query describe-replication-instances '{}' "ReplicationInstances[].[ReplicationInstanceArn || 'unknown',ReplicationInstanceStatus || 'unknown']"
  old_status='' seen=''
  while IFS=$tab read -r found found_status; do
    case $found in
    "$old") old_status=$found_status ;;
    "$new") seen=yes ;;
    esac
  done <<EOF
$answer
EOF
  [ -n "$seen" ] || stop 'DMS does not list the new instance: run the script again'
}
find_old
if [ -n "$old_status" ] && [ "$old_status" != deleting ]; then
  if [ ! -e "$state/approved" ]; then
    check_facts
    prove_equal
  fi
  say 'Prove that every task is on the new instance, and none on the old one'
  each_task arrived
  prove_no_task_on "$old" "$old_json" 'the old instance'
  say "Delete $old_name"
  act delete-replication-instance "{\"ReplicationInstanceArn\":$old_json}" || stop 'the old instance was not deleted: mend the cause and run the script again'
fi
count=0
while :; do
  find_old
  [ -n "$old_status" ] || break
  count=$((count + 1))
  [ "$count" -le 120 ] || stop 'the old instance still exists: run the script again'
  pause 30
done
say "DMS no longer finds $old_name"

# Waits until a member of the new instance has a value, after a change of it: MEMBER VALUE REQUEST.
change() {
  changed='' count=0
  while :; do
    query describe-replication-instances "{\"Filters\":[{\"Name\":\"replication-instance-arn\",\"Values\":[\"$new\"]}]}" "to_string(ReplicationInstances[].[$1,ReplicationInstanceStatus])"
    case $answer in
    "[[$2,\"available\"]]") return 0 ;;
    *',"available"]]')
      if [ -z "$changed" ]; then
        act modify-replication-instance "{\"ReplicationInstanceArn\":\"$new\",$3,\"ApplyImmediately\":true}" || stop 'the new instance was not changed: mend the cause and run the script again'
        changed=yes
      fi
      ;;
    esac
    count=$((count + 1))
    [ "$count" -le 60 ] || stop 'the new instance does not show the change: run the script again'
    pause 10
  done
}
if [ "$upgrades" = yes ]; then
  say 'Turn automatic minor upgrades on again'
  change AutoMinorVersionUpgrade true '"AutoMinorVersionUpgrade":true'
fi
if [ "$rename" = yes ]; then
  say "Give it the name $old_name"
  change ReplicationInstanceIdentifier "$old_name_json" "\"ReplicationInstanceIdentifier\":$old_name_json"
fi
keep ended yes
say "Done: $new has the tasks, and $old no longer exists."
