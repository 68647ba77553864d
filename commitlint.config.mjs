/** The form of commit messages: https://www.conventionalcommits.org, with subjects of at most 100 characters. */
export default {
  extends: ['@commitlint/config-conventional'],
  rules: {
    // A subject may begin with a name: RabbitMQ, Nest, a class.
    'subject-case': [0],
    // Long words, such as the names of tests and paths, are not cut.
    'body-max-line-length': [2, 'always', 120],
  },
};
