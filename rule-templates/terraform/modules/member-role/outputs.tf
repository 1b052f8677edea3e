output "execution_role_name" {
  description = "What the rule parameter ExecutionRoleName must be: the role's name behind its path"
  value       = trimprefix("${aws_iam_role.member.path}${aws_iam_role.member.name}", "/")
}
