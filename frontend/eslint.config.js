import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import svelte from 'eslint-plugin-svelte';
import { defineConfig, includeIgnoreFile } from 'eslint/config';
import globals from 'globals';
import path from 'node:path';
import ts from 'typescript-eslint';

export default defineConfig(
	includeIgnoreFile(path.resolve(import.meta.dirname, '.gitignore')),
	{ ignores: ['src/lib/api/schema.d.ts'] },
	js.configs.recommended,
	ts.configs.recommended,
	svelte.configs.recommended,
	prettier,
	svelte.configs.prettier,
	{
		languageOptions: { globals: { ...globals.browser, ...globals.node } },
		rules: {
			// TypeScript already knows which names exist.
			'no-undef': 'off',
			'max-lines': ['error', { max: 300 }],
			'no-console': ['error', { allow: ['warn'] }]
		}
	},
	{ files: ['scripts/**'], rules: { 'no-console': 'off' } },
	{
		files: ['**/*.svelte', '**/*.svelte.ts'],
		languageOptions: {
			parserOptions: { projectService: true, extraFileExtensions: ['.svelte'], parser: ts.parser }
		},
		rules: {
			// Most maps here are rebuilt whole and never watched; those that are watched say so.
			'svelte/prefer-svelte-reactivity': 'off',
			'svelte/no-navigation-without-resolve': 'off',
			// There are no stores, and looking for them is a quarter of the time.
			'svelte/require-store-reactive-access': 'off'
		}
	},
	{
		// The wall ships alone: it may not pull in the console.
		files: ['src/lib/wall/**', 'src/lib/live/**', 'src/lib/board/**', 'src/routes/wall/**'],
		rules: {
			'no-restricted-imports': [
				'error',
				{ patterns: ['#lib/charts/*', '#lib/why/*', '#lib/console/*', 'd3-*'] }
			]
		}
	}
);
