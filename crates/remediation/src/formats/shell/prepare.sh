# ---- Create, prove, test -----------------------------------------------------------------------------------------

begin new
forward_only
[ ! -e "$state/approved" ] || stop 'the tasks are being moved: go on with 2-move.sh, or run back.sh'

say 'Compare the old instance and its tasks with the plan'
check_facts

say "Create $name"
require_new
if [ -z "$new" ]; then
  create || stop 'the new instance was not created, and nothing else was touched: mend the cause and run the script again'
fi
wait_for_new

say 'Prove that it is private and as planned'
prove_private
prove_equal

say 'Test every endpoint from it'
each_endpoint test_endpoint

say "$new is ready. The old instance and its tasks are untouched."
say "Next: $next. The way back: back.sh"
