# ---- Move the tasks ----------------------------------------------------------------------------------------------

begin old
[ ! -e "$state/back" ] || stop 'the way back was begun: finish it with back.sh'
require_new
[ -n "$new" ] || stop 'the new instance does not exist: run 1-prepare.sh, or back.sh if tasks were stopped'
wait_for_new

say 'Prove that the new instance is private'
prove_private
if [ ! -e "$state/approved" ]; then
  say 'Compare everything with the plan, and test every endpoint again'
  check_facts
  prove_equal
  each_endpoint test_endpoint
  say 'Save the tasks and their table statistics'
  each_task save_before
  keep approved yes
fi

say 'Move the tasks, one by one'
may_leave=yes
to_json="\"$new\""
forward() {
  say "- $3"
  transfer "$1" "$2" "$3" "$new" "$old"
}
each_task forward

say 'Save the table statistics'
each_task save_after
say "Every task is on $new in its former state. Compare the statistics in $state, and watch for as long as you need."
say 'Next: 3-delete.sh. The way back: back.sh'
