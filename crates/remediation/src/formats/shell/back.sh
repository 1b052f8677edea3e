# ---- The way back ------------------------------------------------------------------------------------------------

begin old
query describe-replication-instances "$old_filter" 'ReplicationInstances[].[ReplicationInstanceStatus]'
[ -n "$answer" ] || stop 'the old instance no longer exists: there is no way back'
keep back yes
find_new

count=0
while [ "$answer" != available ] && [ "$answer" != storage-full ]; do
  count=$((count + 1))
  [ "$count" -le 60 ] || stop "the old instance is in the status $answer"
  pause 60
  query describe-replication-instances "$old_filter" 'ReplicationInstances[].[ReplicationInstanceStatus]'
  [ -n "$answer" ] || stop 'the old instance no longer exists: there is no way back'
done

# DMS moves a task to the same or a later version only.
may_leave=no
if [ -n "$new" ]; then
  query describe-replication-instances "$old_filter" 'ReplicationInstances[].[EngineVersion]'
  old_version=$answer
  query describe-replication-instances "{\"Filters\":[{\"Name\":\"replication-instance-arn\",\"Values\":[\"$new\"]}]}" 'ReplicationInstances[].[EngineVersion]'
  latest=$(printf '%s\n%s\n' "$old_version" "$answer" | LC_ALL=C sort -t. -k1,1n -k2,2n -k3,3n -k4,4n | tail -n 1)
  case $old_version$answer in
  *[!0-9.]*) ;;
  *) if [ "$latest" = "$old_version" ]; then may_leave=yes; fi ;;
  esac
fi

to_json=$old_json
backward() {
  say "- $3"
  transfer "$1" "$2" "$3" "$old" "$new"
}
# A task that waits comes before one that runs.
backward_if_open() {
  if [ -e "$state/$2.open" ]; then
    backward "$@"
  fi
}
say 'Move the tasks to the old instance'
each_task_back backward_if_open
each_task_back backward

if [ -n "$new" ]; then
  prove_no_task_on "$new" "\"$new\"" 'the new instance'
  count=0
  while :; do
    find_new
    case $new_status in
    creating | modifying | upgrading | rebooting) ;;
    *) break ;;
    esac
    count=$((count + 1))
    [ "$count" -le 60 ] || stop "the new instance is in the status $new_status: run the script again"
    pause 60
  done
  if [ -n "$new" ] && [ "$new_status" != deleting ]; then
    say "Delete $new"
    act delete-replication-instance "{\"ReplicationInstanceArn\":\"$new\"}" || stop 'the new instance was not deleted: run the script again'
  fi
  count=0
  while [ -n "$new" ]; do
    find_new
    count=$((count + 1))
    [ "$count" -le 120 ] || stop 'the new instance still exists: run the script again'
    [ -z "$new" ] || pause 30
  done
fi

rm -f "$state/lock"
mv "$state" "$state-$run-taken-back" || stop "$state cannot be renamed"
say "As before: the tasks are on $old, in their former state. What was saved is in $state-$run-taken-back"
