resource "aws_dms_replication_instance" "r" {}
