import type { CodegenConfig } from "@graphql-codegen/cli";

const config: CodegenConfig = {
  schema: "http://127.0.0.1:8000/schema.graphql",
  documents: "*.ts",
  generates: {
    "gql/": {
      preset: "client",
      config: {
        scalars: { Date: "string", DateTime: "string", Decimal: "string", URL: "string", UUID: "string" },
        strictScalars: true,
        documentMode: "string",
        importExtension: ".js",
        useTypeImports: true,
      },
    },
  },
};
export default config;
