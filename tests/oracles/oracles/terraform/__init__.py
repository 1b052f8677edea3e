"""The Terraform modules of rule-templates: by the model of the AWS provider, and by what AWS Config needs."""
