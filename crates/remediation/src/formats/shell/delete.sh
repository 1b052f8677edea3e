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
