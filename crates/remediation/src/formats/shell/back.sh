# ---- The way back ------------------------------------------------------------------------------------------------

begin old
look_back
[ -z "$closed" ] || stop "there is no way back: $closed. Go on with 2-move.sh or 3-delete.sh"
keep back yes

count=0
while [ "$old_status" != available ] && [ "$old_status" != storage-full ]; do
  count=$((count + 1))
  [ "$count" -le 60 ] || stop "the old instance is in the status $old_status"
  pause 60
  look_back
  [ -z "$closed" ] || stop "there is no way back: $closed. Go on with 2-move.sh or 3-delete.sh"
done

to=$old to_json=$old_json from=$new late_stops=yes
backward() {
  say "- $3"
  transfer "$@"
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

count=0
while [ -z "$new" ] && [ -e "$state/created" ] && [ "$count" -lt 20 ]; do
  count=$((count + 1))
  say "  the creation of $name may still have an effect"
  pause 30
  find_new
done
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
    rm -f "$state/created" || stop "$state cannot be written"
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

late_stops=no
each_task_back backward_if_open

rm -f "$state/lock"
mv "$state" "$state-$run-taken-back" || stop "$state cannot be renamed"
say "As before: the tasks are on $old, in their former state. What was saved is in $state-$run-taken-back"
