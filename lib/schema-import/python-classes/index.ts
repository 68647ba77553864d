export { type DefinedMember, type PythonClass, PythonClasses } from './python-classes.js';
