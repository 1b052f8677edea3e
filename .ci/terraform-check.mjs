// Checks rule-templates/terraform: every argument, block and attribute against the AWS provider's declarations, every
// reference against what its module declares, and what AWS Config needs. One line for each finding.
//   NODE_MODULES=FOLDER/ PROVIDER=FOLDER node terraform-check.mjs [--self-test]
import { createRequire } from "node:module";
import fs from "node:fs";
import path from "node:path";
import { seededFaults } from "./terraform-faults.mjs";

const { parse } = createRequire(process.env.NODE_MODULES)("@cdktf/hcl2json");
const templates = "rule-templates";

// ---- the provider ----

const declarations = new Map();

/** What the provider declares of a resource or data source: null if there is none of that type. */
function declared(type, isData) {
    const folder = (isData ? "data-" : "") + (isData ? type : type.replace(/^aws_/, "")).replaceAll("_", "-");
    if (declarations.has(folder)) return declarations.get(folder);
    const file = path.join(process.env.PROVIDER, folder, "index.d.ts");
    let found = null;
    if (fs.existsSync(file)) {
        const text = fs.readFileSync(file, "utf8");
        const interfaces = new Map();
        for (const [, name, body] of text.matchAll(/^export interface (\w+)[^{]*\{\n([\s\S]*?)^\}/gm)) {
            const members = new Map();
            const member = /\/\*\*([\s\S]*?)\*\/\s*readonly \w+(\??): ((?:\{[^}]*\}|[^;{])+);/g;
            for (const [, comment, optional, kind] of body.matchAll(member)) {
                const snake = comment.match(/#(\w+) \w+#\w+\}/)?.[1];
                const block = /^\s*\* \w+ block$/m.test(comment) && snake !== "timeouts";
                members.set(snake, { required: !optional, block, kind });
            }
            interfaces.set(name, members);
        }
        const [, main] = text.match(/^export interface (\w+) extends cdktf\.TerraformMetaArguments/m);
        const body = text.slice(text.search(/^export declare class \w+ extends cdktf\.Terraform(Resource|DataSource)/m));
        const attributes = new Set([...body.matchAll(/^    get (\w+)\(\)/gm)].map(([, name]) => name));
        found = { interfaces, main, attributes };
    }
    declarations.set(folder, found);
    return found;
}

const camel = (snake) => snake.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
const META = ["count", "for_each", "depends_on", "provider", "lifecycle", "connection", "provisioner", "dynamic"];
const isBlocks = (value) => Array.isArray(value) && value.every((one) => one && typeof one === "object" && !Array.isArray(one));

/** Arguments and blocks of one body against one interface of the declaration. */
function checkBody(body, { interfaces }, name, where, tell, isTop) {
    const members = interfaces.get(name);
    const blocks = { ...body };
    for (const meta of META) if (isTop || meta === "dynamic") delete blocks[meta];
    const dynamic = Object.entries(body.dynamic ?? {}).flatMap(([block, all]) => all.map((one) => [block, one]));
    for (const [block, { content, for_each }] of dynamic) {
        if (!content || for_each === undefined) tell(`${where}: dynamic "${block}" needs for_each and content`);
        if (!members.get(block)?.block) tell(`${where}: unknown block ${block}`);
        else checkBody(content?.[0] ?? {}, { interfaces }, itsType(members.get(block)), `${where}.${block}`, tell);
    }
    for (const [argument, value] of Object.entries(blocks)) {
        const member = members.get(argument);
        if (!member) {
            tell(`${where}: unknown ${isBlocks(value) ? "block" : "argument"} ${argument}`);
        } else if (member.block) {
            if (!isBlocks(value)) tell(`${where}: ${argument} is a block, not an argument`);
            else {
                if (value.length > 1 && !/\[\]/.test(member.kind)) tell(`${where}: block ${argument} stands more than once`);
                for (const one of value) checkBody(one, { interfaces }, itsType(member), `${where}.${argument}`, tell);
            }
        } else {
            checkKind(value, member.kind, `${where}: argument ${argument}`, tell);
        }
    }
    for (const [argument, member] of members) {
        const given = argument in blocks || dynamic.some(([block]) => block === argument);
        if (member.required && !given) tell(`${where}: missing required ${member.block ? "block" : "argument"} ${argument}`);
    }
}

const itsType = ({ kind }) => kind.match(/^\w+/)[0];

/** A literal of the wrong kind; what an expression gives is not known here. */
function checkKind(value, kind, where, tell) {
    const literal = typeof value !== "string" || !value.includes("${");
    if (!literal || value === null) return;
    const is = Array.isArray(value) ? "list" : typeof value;
    const wanted = kind.endsWith("[]") ? "list" : kind.startsWith("{") ? "object" : kind.match(/^\w+/)[0];
    const converts = (wanted === "number" && is === "string" && value !== "" && !isNaN(value))
        || (wanted === "string" && ["number", "boolean"].includes(is)) || (wanted === "boolean" && /^(true|false)$/.test(value));
    if (["list", "object", "number", "string", "boolean"].includes(wanted) && is !== wanted && !converts)
        tell(`${where} must be a ${wanted}, not a ${is}`);
}

// ---- one module ----

const parsed = new Map();

async function parseOnce(name, text) {
    const key = `${name}\n${text}`;
    if (!parsed.has(key)) {
        parsed.set(key, await parse(name, text).then((tree) => ({ tree }), (error) => ({ error: error.message })));
    }
    return parsed.get(key);
}

/** Every string of a tree, with the names that a dynamic block gives its content. */
function strings(node, visit, names = []) {
    if (typeof node === "string") visit(node, names);
    else if (Array.isArray(node)) node.forEach((one) => strings(one, visit, names));
    else if (node && typeof node === "object") {
        for (const [key, value] of Object.entries(node)) {
            if (key.includes("${")) visit(key, names);
            if (key !== "dynamic") { strings(value, visit, names); continue; }
            for (const [block, all] of Object.entries(value))
                for (const one of all) strings(one, visit, [...names, one.iterator ?? block]);
        }
    }
}

/** The code of a template: what stands within ${ }, without the texts and comments in it. */
function codeOf(template) {
    let at = 0;
    let code = "";
    const text = (end) => {
        while (at < template.length && template[at] !== end) {
            if (template[at] === "\\" && end) at += 2;
            else if (/^[$%]{2}\{/.test(template.slice(at, at + 3))) at += 3;
            else if (/^[$%]\{/.test(template.slice(at, at + 2))) { at += 2; code += " "; expression(); }
            else at += 1;
        }
        at += 1;
    };
    const expression = () => {
        for (let depth = 0; at < template.length; ) {
            const letter = template[at];
            if (letter === "}" && depth === 0) break;
            if (letter === "{") depth += 1;
            if (letter === "}") depth -= 1;
            at += 1;
            if (letter === '"') { text('"'); code += '""'; }
            else if (letter === "#") while (at < template.length && template[at] !== "\n") at += 1;
            else code += letter;
        }
        at += 1;
    };
    text(undefined);
    return code;
}

/** What an expression refers to: [root, name, attribute, ...]. */
function references(template, names) {
    if (!template.includes("{")) return [];
    const code = codeOf(template);
    const own = new Set(names);
    for (const [, one, two] of code.matchAll(/\bfor\s+(\w+)(?:\s*,\s*(\w+))?\s+in\b/g)) own.add(one).add(two);
    const indexes = [...code.matchAll(/\[([^[\]]*)\]/g)].map(([, index]) => index);
    const chain = /(?<![\w.\]-])([a-z_]\w*)(?:\.([a-zA-Z_][\w-]*))(?:\[[^\]]*\])?(?:\.([a-zA-Z_][\w-]*))?(?:\[[^\]]*\])?(?:\.([a-zA-Z_][\w-]*))?/g;
    return [...[code, ...indexes].join(" ; ").matchAll(chain)].map(([, ...parts]) => parts).filter(([root]) => !own.has(root));
}

async function load(root, folder, tell) {
    const module = { folder, files: [], variable: new Map(), local: new Map(), output: new Map(), resource: new Map(), data: new Map(), module: new Map() };
    const add = (kind, name, file, body) => {
        if (module[kind].has(name)) tell(file, `${kind} ${name} is declared twice`);
        module[kind].set(name, { file, body });
    };
    for (const entry of fs.readdirSync(path.join(root, folder)).filter((entry) => entry.endsWith(".tf")).sort()) {
        const file = path.join(folder, entry);
        const text = fs.readFileSync(path.join(root, file), "utf8");
        const { tree, error } = await parseOnce(entry, text);
        if (error) { tell(file, `syntax: ${error.replaceAll("\n", " ")}`); module.unread = true; continue; }
        module.files.push({ file, text, tree });
        for (const [kind, blocks] of Object.entries(tree)) {
            if (kind === "locals") for (const one of blocks) for (const [name, body] of Object.entries(one)) add("local", name, file, body);
            else if (["variable", "output", "module"].includes(kind))
                for (const [name, all] of Object.entries(blocks)) for (const body of all) add(kind, name, file, body);
            else if (["resource", "data"].includes(kind))
                for (const [type, named] of Object.entries(blocks))
                    for (const [name, all] of Object.entries(named)) for (const body of all) add(kind, `${type}.${name}`, file, body);
            else if (!["terraform", "provider", "moved", "check"].includes(kind)) tell(file, `unknown block ${kind}`);
        }
    }
    return module;
}

function checkModule(module, modules, tell) {
    for (const [kind, prefix] of [["resource", ""], ["data", "data."]]) {
        for (const [address, { file, body }] of module[kind]) {
            const declaration = declared(address.split(".")[0], kind === "data");
            if (!declaration) tell(file, `${prefix}${address}: the provider has no such type`);
            else checkBody(body, declaration, declaration.main, prefix + address, (finding) => tell(file, finding), true);
        }
    }
    const used = new Set();
    for (const { file, tree } of module.files) {
        const { variable, ...rest } = tree;
        for (const [name, all] of Object.entries(variable ?? {})) {
            strings(all.map(({ type, ...body }) => body), (text) => {
                for (const [root, other] of references(text, []))
                    if (root !== "var" || other !== name) tell(file, `variable ${name}: a validation may refer to itself only, not to ${root}.${other}`);
            });
        }
        strings(rest, (text, names) => {
            for (const [root, name, attribute, third] of references(text, names)) {
                const at = [root, name, attribute].filter(Boolean).join(".");
                const of = (type, isData) => declared(type, isData)?.attributes;
                if (root === "var" || root === "local") {
                    used.add(`${root}.${name}`);
                    if (!module[root === "var" ? "variable" : "local"].has(name)) tell(file, `undeclared ${root}.${name}`);
                } else if (root === "module") {
                    used.add(`module.${name}`);
                    const call = module.module.get(name);
                    const target = call && modules.get(path.join(module.folder, call.body.source));
                    if (!call) tell(file, `undeclared module.${name}`);
                    else if (attribute && target && !target.output.has(attribute)) tell(file, `${at}: the module has no such output`);
                } else if (root === "data") {
                    used.add(`data.${name}.${attribute}`);
                    if (!module.data.has(`${name}.${attribute}`)) tell(file, `undeclared ${at}`);
                    else if (third && !(of(name, true)?.has(camel(third)) ?? true)) tell(file, `${at}.${third}: no such attribute`);
                } else if (root.startsWith("aws_")) {
                    if (!module.resource.has(`${root}.${name}`)) tell(file, `undeclared ${root}.${name}`);
                    else if (attribute && !(of(root, false)?.has(camel(attribute)) ?? true)) tell(file, `${at}: no such attribute`);
                } else if (!["path", "each", "count", "self", "terraform", "aws"].includes(root)) {
                    tell(file, `undeclared ${at}`);
                }
            }
        });
    }
    for (const [name, { file, body }] of module.variable) {
        for (const part of ["description", "type"]) if (!body[part]) tell(file, `variable ${name} has no ${part}`);
        if (!used.has(`var.${name}`)) tell(file, `variable ${name} is not used`);
    }
    for (const [name, { file, body }] of module.output) if (!body.description) tell(file, `output ${name} has no description`);
    for (const name of module.local.keys()) if (!used.has(`local.${name}`)) tell(module.local.get(name).file, `local ${name} is not used`);
    for (const name of module.data.keys()) if (!used.has(`data.${name}`)) tell(module.data.get(name).file, `data.${name} is not used`);
    for (const [name, { file, body }] of module.module) {
        const target = modules.get(path.join(module.folder, body.source ?? "?"));
        if (!target) { tell(file, `module.${name}: there is no module in ${body.source}`); continue; }
        const given = Object.keys(body).filter((key) => !["source", "version", "providers", "count", "for_each", "depends_on"].includes(key));
        for (const key of given) if (!target.variable.has(key)) tell(file, `module.${name}: ${body.source} has no variable ${key}`);
        for (const [key, { body: declaration }] of target.variable)
            if (!("default" in declaration) && !given.includes(key)) tell(file, `module.${name}: required variable ${key} is not given`);
    }
    const settings = module.files.flatMap(({ tree }) => tree.terraform ?? []);
    if (!settings.some(({ required_version }) => required_version)) tell(path.join(module.folder, "versions.tf"), "no required_version");
    if (module.resource.size && !settings.some(({ required_providers: all }) => all?.[0]?.aws?.version)) tell(path.join(module.folder, "versions.tf"), "no version of the provider aws");
}

// ---- policies ----

/** The one thing that Terraform does to a statement: it leaves out actions that no rule needs. */
const NARROWED = "[ for statement in local.statements : merge(statement, { Action = sort(setsubtract(flatten([statement.Action]), module.rules.unneeded_actions)) }) if length(setsubtract(flatten([statement.Action]), module.rules.unneeded_actions)) > 0 ]";
const oneLine = (text) => text.replace(/\s+/g, " ");

/** Every policy is made of templates of iam/ and of nothing else, and each is given exactly what it asks for. */
function checkPolicies(root, module, tell) {
    for (const { file, text } of module.files) {
        const rest = oneLine(text.replace(/^\s*#.*$/gm, "")).replace(NARROWED, "");
        if (/\b(Effect|Action|NotAction|Resource|NotResource|Principal|Condition)\\?"?\s*[=:]|(?<!\.)\bStatement\\?"?\s*[=:](?! local\.\w+ \})|aws_iam_policy_document/.test(rest))
            tell(file, "an IAM statement stands in Terraform; it belongs to rule-templates/iam");
    }
    for (const [address, { file, body }] of module.resource) {
        const [type] = address.split(".");
        if (/^aws_iam_(policy|role_policy_attachment|policy_attachment|role_policies_exclusive)$/.test(type) || "managed_policy_arns" in body || "inline_policy" in body)
            tell(file, `${address}: only policies of rule-templates/iam are given to a role`);
        for (const argument of ["policy", "assume_role_policy"].filter((argument) => argument in body)) {
            const list = String(body[argument]).match(/^\$\{jsonencode\(\{ Version = "2012-10-17", Statement = local\.(\w+) \}\)\}$/)?.[1];
            if (list ? list === "statements" : !/^\$\{templatefile\("[^"]*",\s*\{[^{}]*\}\)\}$/.test(body[argument]))
                tell(file, `${address}: ${argument} is no template of rule-templates/iam`);
        }
    }
    const built = {
        needed_statements: `\${${NARROWED}}`,
        statements: /^\$\{(flatten\(\[for part in local\.policies : \[for statement in jsondecode\(part\.policy\)\.Statement : statement if part\.wanted\]\]\)|jsondecode\(templatefile\([^()]*\)\)\.Statement)\}$/,
        trusted: /^\$\{jsondecode\(templatefile\("\$\{local\.iam\}\/trust-member-role\.json", \{[^{}]*\}\)\)\.Statement\}$/,
    };
    for (const [name, wanted] of Object.entries(built)) {
        const { file, body } = module.local.get(name) ?? {};
        const is = body === undefined || (typeof wanted === "string" ? oneLine(body) === wanted : wanted.test(oneLine(body)));
        if (!is) tell(file, `local ${name} must be made of templates of rule-templates/iam and of those that are wanted`);
    }

    const folder = String(module.local.get("iam")?.body ?? "").replace("${path.module}", module.folder);
    const sids = new Map();
    for (const { file, text } of module.files) {
        for (const [, name, values] of text.matchAll(/templatefile\("([^"]*)",\s*\{([^{}]*(?:\$\{[^}]*\}[^{}]*)*)\}\)/g)) {
            const policy = path.normalize(name.replace("${local.iam}", folder).replace("${path.module}", module.folder));
            if (path.dirname(policy) !== path.join(templates, "iam")) { tell(file, `${name} is no template of rule-templates/iam`); continue; }
            if (!fs.existsSync(path.join(root, policy))) { tell(file, `there is no ${policy}`); continue; }
            const template = fs.readFileSync(path.join(root, policy), "utf8");
            const wanted = new Set([...template.matchAll(/(?<!\$)\$\{\s*([^}]+?)\s*\}/g)].map(([, placeholder]) => placeholder));
            const given = new Set([...values.matchAll(/(?:^|[\n,])\s*(\w+)\s*=/g)].map(([, value]) => value));
            for (const one of wanted) if (!given.has(one)) tell(file, `${policy} asks for ${one}, which is not given`);
            for (const one of given) if (!wanted.has(one)) tell(file, `${policy} does not ask for ${one}`);
            try {
                const { Version, Statement } = JSON.parse(template.replace(/(?<!\$)\$\{[^}]*\}/g, "x"));
                if (Version !== "2012-10-17" || !Array.isArray(Statement)) tell(policy, "no policy of version 2012-10-17 with a list of statements");
                // One document holds them all, and in it no two may have the same name.
                for (const { Sid } of module.local.has("policies") || policy.endsWith("trust-member-role.json") ? Statement : []) {
                    if (policy.endsWith("trust-member-role.json") && Sid) tell(policy, `Sid ${Sid} would stand once for each function`);
                    if (sids.has(Sid)) tell(policy, `Sid ${Sid} stands in ${sids.get(Sid)} already`);
                    if (Sid) sids.set(Sid, policy);
                }
            } catch (error) { tell(policy, `no JSON: ${error.message}`); }
        }
    }
}

// ---- what AWS Config needs ----

const CHANGE = ["ConfigurationItemChangeNotification", "OversizedConfigurationItemChangeNotification"];
const SCHEDULE = ["ScheduledNotification"];
const WANTED = {
    "": ["aws_cloudwatch_log_group", "aws_sqs_queue", "aws_iam_role", "aws_iam_role_policy", "aws_lambda_function", "aws_lambda_function_event_invoke_config", "aws_lambda_permission", "aws_config_config_rule", "aws_cloudwatch_metric_alarm"],
    "modules/organization": ["aws_lambda_permission", "aws_config_organization_custom_rule"],
    "modules/member-role": ["aws_iam_role", "aws_iam_role_policy"],
};

function checkContract(module, tell) {
    const short = path.relative(path.join(templates, "terraform"), module.folder);
    const of = (type) => [...module.resource].filter(([address]) => address.startsWith(`${type}.`));
    const must = (file, holds, finding) => { if (!holds) tell(file, finding); };
    const text = (value) => JSON.stringify(value ?? null);
    const main = path.join(module.folder, "main.tf");
    for (const type of WANTED[short] ?? []) must(main, of(type).length, `there is no ${type}`);

    for (const [address, { file, body }] of of("aws_lambda_function")) {
        must(file, body.runtime === "provided.al2023", `${address}: runtime must be provided.al2023, not ${body.runtime}`);
        must(file, body.handler === "bootstrap", `${address}: handler must be bootstrap, not ${body.handler}`);
        must(file, text(body.architectures).includes("var.architecture"), `${address}: architectures must be var.architecture`);
        must(file, body.logging_config?.[0]?.log_format === "JSON" && text(body.logging_config).includes("aws_cloudwatch_log_group."), `${address}: logging_config must be JSON to the module's log group`);
        must(file, text(body.depends_on).includes("aws_iam_role_policy.evaluate"), `${address}: depends_on lacks aws_iam_role_policy.evaluate`);
    }
    for (const [address, { file, body }] of of("aws_lambda_function_event_invoke_config"))
        must(file, text(body.destination_config?.[0]?.on_failure).includes("aws_sqs_queue."), `${address}: failed events must go to the queue`);
    for (const [address, { file, body }] of of("aws_lambda_permission")) {
        must(file, body.principal === "config.amazonaws.com", `${address}: principal must be config.amazonaws.com, not ${body.principal}`);
        must(file, body.source_account, `${address}: source_account is missing: any account's AWS Config could invoke the function`);
        must(file, body.action === "lambda:InvokeFunction", `${address}: action must be lambda:InvokeFunction`);
        if (short === "modules/organization") must(file, body.source_account === "${each.key}" && body.for_each === "${var.organization_account_ids}", `${address}: there must be one for each of var.organization_account_ids`);
    }
    for (const type of ["aws_config_config_rule", "aws_config_organization_custom_rule"]) {
        for (const [address, { file, body }] of of(type)) {
            must(file, text(body.depends_on).includes("aws_lambda_permission."), `${address}: depends_on lacks the permission: AWS Config tries the function when the rule is created`);
            must(file, body.for_each === "${module.rules.rules}", `${address}: for_each must be module.rules.rules`);
            for (const part of ["description", "input_parameters"]) must(file, body[part] === `\${each.value.${part}}`, `${address}: ${part} must be the one of module.rules`);
        }
    }
    for (const [address, { file, body }] of of("aws_config_config_rule")) {
        const source = body.source?.[0] ?? {};
        const detail = source.dynamic?.source_detail?.[0];
        must(file, source.owner === "CUSTOM_LAMBDA", `${address}: owner must be CUSTOM_LAMBDA, not ${source.owner}`);
        must(file, detail?.for_each === "${each.value.messages}" && detail.content?.[0]?.message_type === "${source_detail.value}", `${address}: source_detail must be one for each of each.value.messages`);
        must(file, detail?.content?.[0]?.event_source === "aws.config", `${address}: event_source must be aws.config`);
        must(file, text(body.dynamic?.scope).includes("each.value.resource_types"), `${address}: scope must be each.value.resource_types`);
    }
    for (const [address, { file, body }] of of("aws_config_organization_custom_rule"))
        must(file, body.trigger_types === "${each.value.messages}" && body.resource_types_scope === "${each.value.resource_types}", `${address}: trigger_types and resource_types_scope must be those of module.rules`);
    if (short === "modules/rules") {
        for (const [name, wanted] of [["on_change", CHANGE], ["on_schedule", SCHEDULE]])
            must(main, text(module.local.get(name)?.body) === text(wanted), `local ${name} must be ${wanted.join(", ")}`);
        must(main, text(module.local.get("facts")?.body).includes("/../../../rules.json"), "local facts must come from rule-templates/rules.json");
    }
    for (const { file, text: whole } of module.files) {
        for (const [, word] of whole.matchAll(/"(\w*Notification\w*)"/g))
            must(file, [...CHANGE, ...SCHEDULE].includes(word), `${word} is no message type of AWS Config`);
        must(file, !/\barn:aws:/.test(whole), "an ARN of one partition; take the partition's");
    }
    if (short === "") {
        const alarms = of("aws_cloudwatch_metric_alarm").map(([, { body }]) => `${body.namespace} ${body.metric_name}`);
        for (const wanted of ["AWS/Lambda Errors", "AWS/Lambda Throttles", "AWS/SQS ApproximateNumberOfMessagesVisible"])
            must(path.join(module.folder, "alarms.tf"), alarms.includes(wanted), `no alarm on ${wanted}`);
        for (const type of ["aws_lambda_function", "aws_cloudwatch_log_group", "aws_sqs_queue", "aws_iam_role", "aws_config_config_rule"])
            for (const [address, { file, body }] of of(type)) must(file, body.tags === "${var.tags}", `${address}: tags must be var.tags`);
    }
}

/** rules.json has what the modules read; a module call names rules and parameters that there are. */
function checkFacts(root, modules, tell) {
    const file = path.join(templates, "rules.json");
    if (!fs.existsSync(path.join(root, file))) { tell(file, "is missing"); return; }
    let facts;
    try { facts = JSON.parse(fs.readFileSync(path.join(root, file), "utf8")); } catch (error) { tell(file, `no JSON: ${error.message}`); return; }
    const rules = new Map();
    const evaluate = path.join(templates, "iam/evaluate.json");
    const allowed = fs.existsSync(path.join(root, evaluate)) ? fs.readFileSync(path.join(root, evaluate), "utf8") : "";
    if (!Array.isArray(facts.notRecordedIn)) tell(file, "notRecordedIn must be a list of Regions");
    for (const rule of facts.rules ?? []) {
        if (rules.has(rule.name)) tell(file, `${rule.name} stands twice`);
        rules.set(rule.name, rule);
        if (!/^[\w-]{1,64}$/.test(rule.name)) tell(file, `${rule.name} is no name of an organization rule`);
        if (!/^AWS::DMS::\w+$/.test(rule.resourceType)) tell(file, `${rule.name}: resourceType ${rule.resourceType} is none of AWS DMS`);
        if (typeof rule.recorded !== "boolean") tell(file, `${rule.name}: recorded must be true or false`);
        if (!rule.description || rule.description.length > 256) tell(file, `${rule.name}: description must have 1 to 256 characters`);
        for (const action of rule.actions?.length ? rule.actions : [undefined])
            if (!allowed.includes(`"${action}"`)) tell(file, `${rule.name}: action ${action} does not stand in ${evaluate}`);
        for (const name of rule.parameters ?? [undefined])
            if (typeof facts.parameters?.[name]?.default !== "string") tell(file, `${rule.name}: parameter ${name} has no default`);
    }
    for (const module of modules.values()) {
        for (const [name, { file: where, body }] of module.module) {
            const named = body.rules === "${local.rules}" ? module.local.get("rules")?.body : body.rules;
            const given = [...(Array.isArray(named) ? named : []), ...(Object.keys(typeof body.rule_parameters === "object" ? body.rule_parameters : {}))];
            for (const rule of given) if (rule !== "all" && !rules.has(rule)) tell(where, `module.${name}: there is no rule ${rule}`);
            for (const [rule, own] of Object.entries(typeof body.rule_parameters === "object" ? body.rule_parameters : {}))
                for (const key of Object.keys(own)) if (rules.has(rule) && !rules.get(rule).parameters.includes(key)) tell(where, `module.${name}: ${rule} has no parameter ${key}`);
        }
    }
}

/** The README's table names every variable of the module, and no other. */
function checkReadme(root, module, tell) {
    const file = path.join(templates, "terraform/README.md");
    if (!fs.existsSync(path.join(root, file))) { tell(file, "is missing"); return; }
    const readme = fs.readFileSync(path.join(root, file), "utf8");
    const table = readme.slice(readme.indexOf("| variable |")).split("\n\n")[0];
    const told = new Set([...table.matchAll(/^\| ([^|]+) \|/gm)].flatMap(([, cell]) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name)));
    for (const name of module.variable.keys()) if (!told.has(name)) tell(file, `the table lacks the variable ${name}`);
    for (const name of told) if (!module.variable.has(name)) tell(file, `the table has ${name}, which is no variable`);
    for (const [, link] of readme.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g))
        if (!fs.existsSync(path.join(templates, "terraform", link))) tell(file, `there is no ${link}`);
    for (const [, link] of readme.matchAll(/-chdir=(\S+)/g)) if (!fs.existsSync(link)) tell(file, `there is no folder ${link}`);
}

/** The module and the CloudFormation template say the same where both say something. */
function checkTwin(module, tell) {
    const file = path.join(templates, "cloudformation/single-account.yaml");
    const template = fs.readFileSync(file, "utf8");
    const said = (pattern) => template.match(pattern)?.[1];
    const body = (type) => [...module.resource].find(([address]) => address.startsWith(`${type}.`))?.[1].body ?? {};
    const both = [
        ["timeout", said(/^ +Timeout: (.*)/m), body("aws_lambda_function").timeout],
        ["runtime", said(/^ +Runtime: (.*)/m), body("aws_lambda_function").runtime],
        ["retention of the queue", said(/^ +MessageRetentionPeriod: (.*)/m), body("aws_sqs_queue").message_retention_seconds],
    ];
    for (const [parameter, variable] of Object.entries({ Architecture: "architecture", MemorySize: "memory_size", LogRetentionDays: "log_retention_days", Rules: "rules", Triggers: "triggers", Frequency: "frequency", ExemptionCompliance: "exemption_compliance" }))
        both.push([`default of ${variable}`, said(new RegExp(`^  ${parameter}:\\n(?:    .*\\n)*?    Default: (.*)`, "m")), module.variable.get(variable)?.body.default]);
    for (const [what, there, here] of both)
        if (there !== String(here)) tell(path.join(module.folder, "main.tf"), `${what} is ${here}, but ${there} in ${file}`);
}

export async function check(root) {
    const findings = [];
    const tell = (file, finding) => findings.push(`${file}: ${finding}`);
    const top = path.join(templates, "terraform");
    const folders = fs.readdirSync(path.join(root, top), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith(".tf"))
        .map((entry) => path.relative(root, entry.parentPath ?? entry.path))
        .filter((folder) => !folder.split(path.sep).includes(".terraform"));
    const modules = new Map();
    for (const folder of [...new Set(folders)].sort()) modules.set(folder, await load(root, folder, tell));
    // Of a module that could not be read, nothing more can be said.
    const whole = [...modules.values()].some(({ unread }) => unread) ? [] : [...modules.values()];
    for (const module of whole) {
        checkModule(module, modules, tell);
        checkPolicies(root, module, tell);
        checkContract(module, tell);
    }
    checkFacts(root, modules, tell);
    if (whole.length) {
        checkReadme(root, modules.get(top), tell);
        checkTwin(modules.get(top), tell);
    }
    const blocks = [...modules.values()].reduce((sum, { resource, data }) => sum + resource.size + data.size, 0);
    return { findings: [...new Set(findings)], files: folders.length, blocks };
}

/** Breaks copies and looks whether the check tells of each fault, by its file and in its words. */
async function selfTest() {
    const copy = "target/ci-terraform/self-test";
    let missed = 0;
    const fail = (line) => { missed += 1; console.log(line); };
    const fresh = () => {
        fs.rmSync(copy, { recursive: true, force: true });
        for (const part of ["terraform", "iam", "rules.json"]) fs.cpSync(path.join(templates, part), path.join(copy, templates, part), { recursive: true });
    };
    const { findings } = await check(".");
    for (const finding of findings) fail(`not sound before it is broken: ${finding}`);
    if (missed) return false;
    for (const { fault, file, from, to, told, at = file } of seededFaults) {
        fresh();
        const where = path.join(copy, templates, file);
        const text = fs.readFileSync(where, "utf8");
        const broken = text.replace(from, to);
        if (broken === text) { fail(`${fault}: ${file} has nothing to break`); continue; }
        fs.writeFileSync(where, broken);
        const lines = (await check(copy)).findings;
        const line = lines.find((line) => line.startsWith(`${templates}/${at}: `) && line.includes(told));
        if (line) console.log(`caught: ${fault}: ${line}`);
        else fail(`MISSED: ${fault}: ${lines.join("; ") || "no finding"}`);
    }
    fs.rmSync(copy, { recursive: true, force: true });
    console.log(`terraform self-test: ${seededFaults.length} faults, ${missed} missed`);
    return missed === 0;
}

if (process.argv[2] === "--self-test") {
    process.exitCode = (await selfTest()) ? 0 : 1;
} else {
    const { findings, files, blocks } = await check(".");
    for (const finding of findings) console.log(finding);
    console.log(`terraform: ${files} files, ${blocks} resources and data sources, ${findings.length} findings`);
    process.exitCode = findings.length === 0 ? 0 : 1;
}
