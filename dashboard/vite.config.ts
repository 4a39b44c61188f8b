import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, loadEnv } from "vite";
import { pagePreloads } from "./pages.ts";

// The API that `vite dev` passes requests on to; the built dashboard is served by the API itself.
const api = loadEnv("", ".", "CRAVENY_")["CRAVENY_API_ADDRESS"] ?? "http://127.0.0.1:8000";

// Parts that the stock page, the heaviest of all, has no use for go with the pages that show them.
const ELSEWHERE = "AnswerTable|Facts|IntervalBar|Machine|ModelChips|PerCall|Segments|TextChoice|dagster";
const FRAME = new RegExp(
  "node_modules/(?!lightweight-charts|fancy-canvas|uplot)" +
    `|src/(api/(?!language|abtests|evaluations)|layout/|parts/(?!${ELSEWHERE})|routes/|search/)`,
);

const FIGURE = /src\/(charts\/(ChartFigure|useDrawing|palette)|i18n\/charts)\./;
const FILES = [
  { name: "frame", test: FRAME },
  { name: "figure", test: FIGURE },
];

export default defineConfig({
  plugins: [react(), tailwindcss(), pagePreloads()],
  resolve: { alias: { "@": decodeURIComponent(new URL("./src", import.meta.url).pathname) } },
  build: {
    outDir: "../craveny_api/_ui",
    emptyOutDir: true,
    // A data: address would need a wider content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // What every page loads is one file, what stands around a chart another: cut into many they compress worse, and are
    // asked for in more turns.
    rolldownOptions: { output: { codeSplitting: { groups: FILES } } },
  },
  server: { proxy: { "/api": api } },
});
